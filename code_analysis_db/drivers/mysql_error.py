"""Turns the errors of MySQL and MariaDB into the package's own.

The number decides the class (https://dev.mysql.com/doc/mysql-errors/9.0/en/
server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-code-reference/);
table, column and constraint are read from the message, which the session asks for in
English.
"""

from __future__ import annotations

import re
from typing import Dict, List, Optional, Pattern, Type

from ..dialects.mysql_flavour import MySQLFlavour
from ..exceptions import (
    CheckViolationError,
    CorruptDatabaseError,
    DeadlockError,
    DiskFullError,
    DriverConnectionError,
    DriverError,
    DriverIntegrityError,
    DriverQueryError,
    DriverTransactionError,
    ForeignKeyViolationError,
    InvalidValueError,
    LockTimeoutError,
    NotNullViolationError,
    ReadOnlyError,
    RequestCancelledError,
    RequestTimeoutError,
    SchemaDefinitionError,
    SerializationError,
    StorageError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)
from .execution_context import ExecutionContext
from .interruption import interruption, is_over
from .mysql_fault import ServerFault

_INTERRUPTED = 1317
_TOO_LARGE = 1153

STOPPED_BEFORE_THE_END = frozenset({1053, 1079, 1152, 1159, 1161, 1927, 3169, 4031})
"""The server ended the connection and said so before the statement was done."""

_BY_NUMBER: Dict[int, Type[DriverError]] = {
    **dict.fromkeys((1022, 1062, 1169, 1557, 1586, 1761, 1762), UniqueViolationError),
    **dict.fromkeys(
        (1216, 1217, 1451, 1452, 1701, 3730, 1834), ForeignKeyViolationError
    ),
    **dict.fromkeys((1048, 1263, 1364, 3601), NotNullViolationError),
    **dict.fromkeys((3819, 4025, 4151), CheckViolationError),
    **dict.fromkeys((1213, 1614), DeadlockError),
    **dict.fromkeys((1020, 1412), SerializationError),
    **dict.fromkeys((1205, 1206, 3572, 3058), LockTimeoutError),
    **dict.fromkeys(
        (1036, 1223, 1290, 1792, 1836, 1874, 3100, 3989, 4086), ReadOnlyError
    ),
    **dict.fromkeys((1021, 1114, 3675), DiskFullError),
    **dict.fromkeys((1034, 1035, 1194, 1195, 1712, 1877), CorruptDatabaseError),
    **dict.fromkeys((1026, 1030, 1037, 1038, 1041, 1135, 1180), StorageError),
    **dict.fromkeys(
        (1040, 1042, 1043, 1044, 1045, 1046, 1049, 1129, 1130, 1203, 1226, 1862),
        DriverConnectionError,
    ),
    **dict.fromkeys((1118, 1170, 1178, 1235, 1845, 1846, 3130), UnsupportedError),
    **dict.fromkeys(
        (1264, 1265, 1292, 1300, 1301, 1366, 1367, 1406, 1411, 1690, 3140, 3156, 3854)
        + (_TOO_LARGE,),
        InvalidValueError,
    ),
    **dict.fromkeys((1051, 1109, 1146, 1824), UnknownTableError),
    **dict.fromkeys((1054, 1072, 1091), UnknownColumnError),
    **dict.fromkeys((1568, 1179, 1192), DriverTransactionError),
    **dict.fromkeys(
        (1059, 1060, 1061, 1067, 1068, 1101, 1166, 1171, 1215, 1239, 1822, 1825, 1826)
        + (1828, 1829, 1830, 3734, 3780, 3820, 3822),
        SchemaDefinitionError,
    ),
    **dict.fromkeys((1969, 3024), RequestTimeoutError),
}

_KEY = re.compile(r".* for key '(?P<constraint>.*)'\Z", re.DOTALL)
_FOREIGN_KEY = re.compile(
    r"\(`(?:[^`]|``)*`\.`(?P<table>(?:[^`]|``)*)`, CONSTRAINT"
    r" `(?P<constraint>(?:[^`]|``)*)`"
    r"(?: FOREIGN KEY \(`(?P<column>(?:[^`]|``)*)`\) )?",
    re.DOTALL,
)
_COLUMN = re.compile(r"(?:Column|Field) '(?P<column>.*?)' (?:cannot|doesn't|set)", re.S)
_CHECKS: List[Pattern[str]] = [
    re.compile(r"Check constraint '(?P<constraint>.*)' is violated", re.DOTALL),
    re.compile(
        r"CONSTRAINT `(?P<constraint>.*)` failed for `.*?`\.`(?P<table>.*)`", re.DOTALL
    ),
]
_VALUE_COLUMN = re.compile(
    r"for column (?:`.*?`\.)*[`'](?P<column>.*?)[`'] at row", re.S
)
_UNKNOWN_TABLE: List[Pattern[str]] = [
    re.compile(r"Table '.*?\.(?P<table>.*)' doesn't exist", re.DOTALL),
    re.compile(r"Unknown table '(?:.*?\.)?(?P<table>.*?)'", re.DOTALL),
    re.compile(r"Failed to open the referenced table '(?P<table>.*)'", re.DOTALL),
]
_UNKNOWN_COLUMN: List[Pattern[str]] = [
    re.compile(r"Unknown column '(?P<column>.*)' in '", re.DOTALL),
    re.compile(r"Key column '(?P<column>.*)' doesn't exist", re.DOTALL),
]

_DETAILS: Dict[Type[DriverError], List[Pattern[str]]] = {
    UniqueViolationError: [_KEY],
    ForeignKeyViolationError: [_FOREIGN_KEY],
    NotNullViolationError: [_COLUMN],
    CheckViolationError: _CHECKS,
    InvalidValueError: [_VALUE_COLUMN],
}


def translated(
    fault: ServerFault, context: ExecutionContext, flavour: MySQLFlavour
) -> BaseException:
    """Return the package's error for one of the server's."""
    code = str(fault.number)
    text = " ".join(fault.text.split())
    if fault.number == _INTERRUPTED:
        if is_over(context.deadline):
            return interruption(context.deadline)
        return RequestCancelledError(
            f"the server stopped the statement: {text}", database_code=code
        )
    cls = _BY_NUMBER.get(fault.number)
    if cls is None:
        return _by_state(fault.state)(text, database_code=code)
    if cls is UnknownTableError or cls is UnknownColumnError:
        return _unknown_name(cls, fault, code)
    found = _details(fault.text, _DETAILS.get(cls, ()))
    if cls is UniqueViolationError and flavour.qualifies_keys:
        _split_key(found)
    return cls(text, database_code=code, **found)


def _by_state(state: str) -> Type[DriverError]:
    """Return the class for an error whose number is none of the two servers'."""
    if state == "23000":
        return DriverIntegrityError
    if state == "40001":
        return SerializationError
    return DriverConnectionError if state[:2] == "08" else DriverQueryError


def _details(text: str, patterns: object) -> Dict[str, Optional[str]]:
    """Return table, column and constraint as far as a message tells them."""
    assert isinstance(patterns, (list, tuple))
    for pattern in patterns:
        match = pattern.search(text)
        if match is not None:
            found: Dict[str, Optional[str]] = match.groupdict()
            return {
                name: None if value is None else value.replace("``", "`")
                for name, value in found.items()
            }
    return {}


def _split_key(found: Dict[str, Optional[str]]) -> None:
    """Take the table off the name of a key; not where there are dots in the names,
    too."""
    key = found.get("constraint")
    if key is not None and key.count(".") == 1:
        found["table"], _, found["constraint"] = key.partition(".")


def _unknown_name(cls: Type[DriverError], fault: ServerFault, code: str) -> DriverError:
    """Return the error for a table or column that there is not."""
    patterns = _UNKNOWN_TABLE if cls is UnknownTableError else _UNKNOWN_COLUMN
    found = _details(fault.text, patterns)
    if not found:
        return cls(fault.text, database_code=code)
    ((kind, name),) = found.items()
    table: Optional[str] = None
    if kind == "column" and name is not None and "." in name:
        table, _, name = name.rpartition(".")
    if kind == "table":
        return cls(f"unknown table {name!r}", table=name, database_code=code)
    return cls(f"unknown column {name!r}", table=table, column=name, database_code=code)
