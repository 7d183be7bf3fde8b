"""What the servers do when they run a plan is what the plan says of its costs."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, Dict, List, Set, Tuple

import psycopg2
import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverError

from ..unified.place import Place
from .definitions import definition, table

_COLUMNS: Dict[str, Dict[str, Any]] = {
    "a": {"type": "TEXT", "length": 50},
    "b": {"type": "INTEGER"},
    "d": {"type": "DECIMAL", "precision": 8, "scale": 2},
    "m": {"type": "DATETIME"},
    "l": {"type": "TEXT"},
}
_ROW = {"a": "5", "b": 1, "d": Decimal(1), "m": datetime(2020, 1, 1), "l": "x"}
_REFERENCE = {
    "type": "foreign_key",
    "columns": ["b"],
    "references": {"table": "p", "columns": ["id"]},
}


def _schema(columns: Dict[str, Dict[str, Any]], **more: Any) -> Dict[str, Any]:
    """Return a definition of table t, and of p, which it may refer to."""
    listed = [{"name": name, **column} for name, column in columns.items()]
    return definition("1", table("p"), table("t", *listed, **more))


def _with(**changes: Dict[str, Any]) -> Dict[str, Any]:
    """Return the definition with some columns changed, or new."""
    columns = dict(_COLUMNS)
    for name, change in changes.items():
        columns[name] = {**columns.get(name, {}), **change}
    return _schema(columns)


_PLAIN = _schema(_COLUMNS)
_CASES: Dict[str, Tuple[Dict[str, Any], Dict[str, Any]]] = {
    "new": (_PLAIN, _with(x={"type": "INTEGER"})),
    "new with default": (_PLAIN, _with(x={"type": "INTEGER", "default": 3})),
    "new with an expression": (
        _PLAIN,
        _with(x={"type": "DATETIME", "default": {"expression": "CURRENT_TIMESTAMP"}}),
    ),
    "renamed": (
        _PLAIN,
        _schema(
            {
                **{name: _COLUMNS[name] for name in "abdm"},
                "k": {"type": "TEXT", "renamed_from": "l"},
            }
        ),
    ),
    "default": (_PLAIN, _with(b={"default": 5})),
    "longer": (_PLAIN, _with(a={"length": 60})),
    "much longer": (_PLAIN, _with(a={"length": 100})),
    "unlimited": (_PLAIN, _with(a={"length": None})),
    "shorter": (_PLAIN, _with(a={"length": 20})),
    "limited": (_PLAIN, _with(l={"length": 300})),
    "more digits": (_PLAIN, _with(d={"precision": 10})),
    "other scale": (_PLAIN, _with(d={"precision": 10, "scale": 3})),
    "fewer digits": (_PLAIN, _with(d={"precision": 7})),
    "number to text": (_PLAIN, _with(b={"type": "TEXT"})),
    "text to number": (_PLAIN, _with(a={"type": "INTEGER", "length": None})),
    "moment to text": (_PLAIN, _with(m={"type": "TEXT"})),
    "time zone": (_PLAIN, _with(m={"timezone": True})),
    "not null": (_PLAIN, _with(b={"nullable": False})),
    "nullable": (_with(b={"nullable": False}), _PLAIN),
    "index": (_PLAIN, _schema(_COLUMNS, indexes=[{"name": "i", "columns": ["b"]}])),
    "no index": (_schema(_COLUMNS, indexes=[{"name": "i", "columns": ["b"]}]), _PLAIN),
    "unique": (
        _PLAIN,
        _schema(_COLUMNS, constraints=[{"type": "unique", "columns": ["b"]}]),
    ),
    "unique text": (
        _PLAIN,
        _schema(_COLUMNS, constraints=[{"type": "unique", "columns": ["l"]}]),
    ),
    "check": (
        _PLAIN,
        _schema(_COLUMNS, constraints=[{"type": "check", "expression": "b > 0"}]),
    ),
    "no check": (
        _schema(_COLUMNS, constraints=[{"type": "check", "expression": "b > 0"}]),
        _PLAIN,
    ),
    "reference": (_PLAIN, _schema(_COLUMNS, constraints=[_REFERENCE])),
    "no reference": (_schema(_COLUMNS, constraints=[_REFERENCE]), _PLAIN),
}
_SEEN = {"rewrites_table", "blocks_writes", "blocks_reads"}
"""The costs that a server shows."""
_READERS_WAIT = {"AccessExclusiveLock"}
_WRITERS_WAIT = {"AccessExclusiveLock", "ShareLock", "ShareRowExclusiveLock"}


@pytest.mark.parametrize("case", _CASES)
def test_a_plan_costs_what_it_says(
    place: Place, driver: BaseDatabaseDriver, case: str
) -> None:
    """Neither more nor less: rows are written anew, writers and readers wait."""
    if not place.dialect.alters_in_place:
        pytest.skip("it is one file, which has one writer")
    before, after = _CASES[case]
    driver.sync_schema(before)
    driver.insert("p", {"id": 1})
    driver.insert("t", _ROW)
    steps = driver.sync_schema(after, dry_run=True, allow_destructive=True)["steps"]
    statements = [sql for step in steps for sql in step["sql"]]
    told = {cost for step in steps for cost in step["costs"]} & _SEEN
    if place.dialect.has_transactional_ddl:
        assert _seen_until_the_commit(place, statements) == told
    else:
        assert _seen_by_statements(driver, statements) == told


def _seen_until_the_commit(place: Place, statements: List[str]) -> Set[str]:
    """Run statements on PostgreSQL in one transaction, and return what they cost."""
    config = place.config["config"]
    connection = psycopg2.connect(
        host=config["host"],
        port=config["port"],
        user=config["user"],
        password=config.get("password"),
        dbname=config["database"],
        options="-c TimeZone=UTC",
    )
    try:
        with connection.cursor() as cursor:
            file = "SELECT relfilenode FROM pg_class WHERE relname = 't'"
            cursor.execute(file)
            old = cursor.fetchone()
            for sql in statements:
                cursor.execute(sql)
            cursor.execute(
                "SELECT DISTINCT mode FROM pg_locks JOIN pg_class AS c"
                " ON c.oid = relation WHERE relname = 't' AND pid = pg_backend_pid()"
            )
            locks = {mode for (mode,) in cursor.fetchall()}
            cursor.execute(file)
            new = cursor.fetchone()
    finally:
        connection.rollback()
        connection.close()
    found = {"rewrites_table"} if new != old else set()
    if locks & _READERS_WAIT:
        found.add("blocks_reads")
    if locks & _WRITERS_WAIT:
        found.add("blocks_writes")
    return found


def _seen_by_statements(driver: BaseDatabaseDriver, statements: List[str]) -> Set[str]:
    """Run statements on MySQL, and return what they cost: whoever asks for no lock is
    refused where the table is copied, and a table that is built anew has a new id."""
    found: Set[str] = set()
    for sql in statements:
        if not sql.startswith("ALTER TABLE"):
            driver.execute(sql)
            continue
        old = _table_id(driver)
        if not _is_taken(driver, f"{sql}, LOCK=NONE"):
            driver.execute(sql)
            found.add("blocks_writes")
        if _table_id(driver) != old:
            found.add("rewrites_table")
    return found


def _table_id(driver: BaseDatabaseDriver) -> Any:
    """Return InnoDB's number of table t."""
    for name in ("innodb_tables", "innodb_sys_tables"):
        with suppress(DriverError):
            return driver.execute(
                f"SELECT table_id AS id FROM information_schema.{name}"
                " WHERE name = CONCAT(DATABASE(), '/t')"
            )["data"]
    raise AssertionError("InnoDB does not tell the numbers of its tables")


def _is_taken(driver: BaseDatabaseDriver, sql: str) -> bool:
    """Run a statement, or return that the server does not do it in this way."""
    try:
        driver.execute(sql)
    except DriverError as error:
        assert "is not supported" in error.message, error
        return False
    return True
