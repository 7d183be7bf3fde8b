"""Reads from a MySQL server's information_schema what a table looks like.

What the driver's own catalogue says of a column holds as long as the server agrees; the
rest (tables made with raw SQL or by other programs, columns added by them) is taken
from the native types.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from ..dialects.mysql import MySQLDialect
from ..enums import Direction, LogicalType, ReferenceAction
from ..schema import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    Table,
    UniqueConstraint,
)
from .mysql_session import MySQLSession
from .table_description import TableDescription

# the comparison of names minds case on some servers only, and finds quickly
_COLUMNS = """
SELECT COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA,
 CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION,
 CHARACTER_SET_NAME
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s
 AND CAST(TABLE_NAME AS BINARY) = %s
ORDER BY ORDINAL_POSITION"""

_INDEXES = """
SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, COLLATION
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s
 AND CAST(TABLE_NAME AS BINARY) = %s
ORDER BY INDEX_NAME, SEQ_IN_INDEX"""

_CONSTRAINTS = """
SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s
 AND CAST(TABLE_NAME AS BINARY) = %s
 AND CONSTRAINT_TYPE = 'UNIQUE'"""

_FOREIGN_KEYS = """
SELECT k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME,
 k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE
FROM information_schema.KEY_COLUMN_USAGE k
JOIN information_schema.REFERENTIAL_CONSTRAINTS r
 ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA
 AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
WHERE k.TABLE_SCHEMA = DATABASE() AND k.TABLE_NAME = %s
 AND CAST(k.TABLE_NAME AS BINARY) = %s
 AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION"""

_TYPES: Dict[str, LogicalType] = {
    **dict.fromkeys(
        ("tinyint", "smallint", "mediumint", "int", "bigint", "year"),
        LogicalType.INTEGER,
    ),
    **dict.fromkeys(("float", "double"), LogicalType.REAL),
    "decimal": LogicalType.DECIMAL,
    **dict.fromkeys(("datetime", "timestamp"), LogicalType.DATETIME),
    "date": LogicalType.DATE,
    "time": LogicalType.TIME,
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"),
        LogicalType.BLOB,
    ),
    **dict.fromkeys(
        ("geometry", "point", "linestring", "polygon", "geometrycollection"),
        LogicalType.BLOB,
    ),
    "json": LogicalType.JSON,
    "uuid": LogicalType.UUID,
}
_SIZED_TEXT = ("char", "varchar")
_FRACTIONS = (0, 3, 6)
"""Digits of a second that Python of every version reads."""
_WIDTH = re.compile(r"\b((?:small|medium|big)?int)\(\d+\)")
_PRIMARY = "PRIMARY"
_NUMBER = re.compile(r"-?\d+")
_QUOTED = re.compile(r"'(?P<text>(?:[^'\\]|''|\\.)*)'", re.DOTALL)
_GENERATED = "DEFAULT_GENERATED"
_COLUMN_NAME, _COLUMN_TYPE, _DATA_TYPE, _NULLABLE, _DEFAULT, _EXTRA = range(6)


def describe(
    session: MySQLSession, name: str, stored: Optional[Table], dialect: MySQLDialect
) -> Optional[TableDescription]:
    """Describe a table or view, None where there is none of that name.

    Args:
        stored: what the catalogue says of it.
    """
    columns = session.query(_COLUMNS, (name, name))
    if not columns:
        return None
    native_types = {column[0]: native_type(column[_COLUMN_TYPE]) for column in columns}
    known: Dict[str, Column] = {}
    if stored is not None:
        declared = dialect.fitted(stored).columns
        if native_types == {c.name: dialect.native_type(c) for c in declared}:
            return TableDescription(stored, native_types, {})
        known = {
            column.name: stored.by_name[column.name]
            for column in declared
            if native_types.get(column.name) == dialect.native_type(column)
        }
    defaults: Dict[str, Any] = {}
    made: List[Column] = []
    for found in columns:
        column = known.get(found[_COLUMN_NAME])
        if column is None:
            column = _column(found)
            if found[_DEFAULT] is not None:
                default = _default(found, column, dialect)
                if default is not None:
                    defaults[column.name] = default
        made.append(column)
    table = _table(session, name, made)
    return TableDescription(table, native_types, defaults)


def native_type(column_type: str) -> str:
    """Return a type without the width of its display, which MySQL has given up."""
    return _WIDTH.sub(r"\1", column_type)


def _column(found: Sequence[Any]) -> Column:
    """Return a column of a native type."""
    name, column_type, data_type, nullable, _, extra, length, *rest = found
    precision, scale, fraction, charset = rest
    logical = _TYPES.get(data_type, LogicalType.TEXT)
    if column_type == "tinyint(1)":
        logical = LogicalType.BOOLEAN
    elif column_type == "char(36)" and charset == "ascii":
        logical = LogicalType.UUID
    elif fraction is not None and fraction not in _FRACTIONS:
        logical = LogicalType.TEXT
    column = Column(
        name,
        logical,
        nullable=nullable == "YES",
        timezone=data_type == "timestamp" and logical is LogicalType.DATETIME,
        autoincrement="auto_increment" in extra.lower(),
    )
    if logical is LogicalType.DECIMAL:
        return attrs.evolve(column, precision=precision, scale=scale)
    if logical is LogicalType.TEXT and data_type in _SIZED_TEXT:
        return attrs.evolve(column, length=length)
    return column


def _default(found: Sequence[Any], column: Column, dialect: MySQLDialect) -> Any:
    """Return a default as a Python value, or as ``{"expression": …}``.

    MariaDB gives it as SQL, MySQL a value as its text.
    """
    text: str = found[_DEFAULT]
    if dialect.flavour.quotes_defaults:
        if text == "NULL":
            return None
        quoted = _QUOTED.fullmatch(text)
        if quoted is None and not _NUMBER.fullmatch(text):
            return _number(text, column)
        text = _unescaped(quoted["text"]) if quoted is not None else text
    elif _GENERATED in found[_EXTRA]:
        return {"expression": text}
    if column.type is LogicalType.TEXT:
        return text
    return _number(text, column)


def _number(text: str, column: Column) -> Any:
    """Return what text means in a column of numbers; an expression in others."""
    try:
        if column.type is LogicalType.INTEGER:
            return int(text)
        if column.type is LogicalType.REAL:
            return float(text)
        if column.type is LogicalType.BOOLEAN:
            return bool(int(text))
    except ValueError:
        pass
    return {"expression": text}


def _unescaped(text: str) -> str:
    """Return the text of a literal."""
    return re.sub(r"\\(.)|''", _unescaped_letter, text, flags=re.DOTALL)


def _unescaped_letter(match: "re.Match[str]") -> str:
    """Return a letter that was escaped."""
    return str(match[1] or "'")


def _table(session: MySQLSession, name: str, columns: Sequence[Column]) -> Table:
    """Return the table with its keys, foreign keys and indexes."""
    key: Tuple[str, ...] = ()
    uniques: List[UniqueConstraint] = []
    indexes: List[Index] = []
    foreign_keys = _foreign_keys(session, name)
    for_keys = {foreign_key.name for foreign_key in foreign_keys}
    constraints = {row[0] for row in session.query(_CONSTRAINTS, (name, name))}
    members: Dict[str, List[Sequence[Any]]] = {}
    for row in session.query(_INDEXES, (name, name)):
        members.setdefault(row[0], []).append(row)
    for index_name, rows in members.items():
        names = tuple(row[2] for row in rows)
        is_whole = None not in names and all(row[3] is None for row in rows)
        is_unique = not rows[0][1]
        if index_name == _PRIMARY:
            key = names
        elif is_unique and is_whole and index_name in constraints:
            uniques.append(UniqueConstraint(names, index_name))
        elif None not in names and index_name not in for_keys:
            indexes.append(_index(index_name, rows, is_unique and is_whole))
    if _is_unnumbered(key, columns):
        uniques.insert(0, UniqueConstraint(key))
        key = ()
    return Table(
        name=name,
        columns=tuple(columns),
        primary_key=key,
        uniques=tuple(uniques),
        foreign_keys=tuple(foreign_keys),
        indexes=tuple(indexes),
    )


def _is_unnumbered(key: Sequence[str], columns: Sequence[Column]) -> bool:
    """Tell whether a key is a single integer column that the server does not number."""
    return len(key) == 1 and any(
        column.name == key[0]
        and column.type is LogicalType.INTEGER
        and not column.autoincrement
        for column in columns
    )


def _index(name: str, rows: Sequence[Sequence[Any]], unique: bool) -> Index:
    """Return an index."""
    return Index(
        name=name,
        columns=tuple(
            IndexColumn(row[2], Direction.DESC if row[4] == "D" else Direction.ASC)
            for row in rows
        ),
        unique=unique,
    )


def _foreign_keys(session: MySQLSession, name: str) -> List[ForeignKey]:
    """Return the foreign keys of a table."""
    keys: Dict[str, List[Sequence[Any]]] = {}
    for row in session.query(_FOREIGN_KEYS, (name, name)):
        keys.setdefault(row[0], []).append(row)
    return [
        ForeignKey(
            columns=tuple(row[1] for row in rows),
            table=rows[0][2],
            references=tuple(row[3] for row in rows),
            on_delete=_action(rows[0][4]),
            on_update=_action(rows[0][5]),
            name=key_name,
        )
        for key_name, rows in keys.items()
    ]


def _action(rule: str) -> ReferenceAction:
    """Return what a foreign key does."""
    actions: Mapping[str, ReferenceAction] = {
        action.value: action for action in ReferenceAction
    }
    return actions.get(rule, ReferenceAction.NO_ACTION)
