"""``execute`` and ``execute_many``."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import (
    DriverError,
    DriverQueryError,
    InvalidValueError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from .conftest import MakeSQLite
from .unified.definitions import PARENTS


def test_results_have_one_form(family: BaseDatabaseDriver) -> None:
    made = family.execute("INSERT INTO parents (name, age) VALUES (?, ?)", ["a", 1])
    assert made == {"affected_rows": 1, "last_insert_id": 1, "data": None}
    changed = family.execute("UPDATE parents SET age = 1")
    assert changed == {"affected_rows": 1, "last_insert_id": 0, "data": None}
    found = family.execute("SELECT name, age FROM parents WHERE id = :id", {"id": 1})
    assert found == {
        "affected_rows": 0,
        "last_insert_id": 0,
        "data": [{"name": "a", "age": 1}],
    }
    assert family.execute("SELECT name FROM parents WHERE id = 9")["data"] == []


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT ';' AS a", ";"),
        ("SELECT 'a' /* ; */ AS a -- ; done", "a"),
        ("WITH x AS (SELECT 5 AS n) SELECT n AS a FROM x", 5),
        ("SELECT 'x%' AS a", "x%"),
        ("SELECT '?' AS a", "?"),
        ("SELECT 7 AS a;", 7),
    ],
)
def test_text_is_not_taken_for_syntax(
    driver: BaseDatabaseDriver, sql: str, expected: Any
) -> None:
    """What looks like a placeholder or an end is left alone inside a literal."""
    assert driver.execute(sql)["data"] == [{"a": expected}]
    assert driver.is_read_statement(sql)


def test_with_may_write(family: BaseDatabaseDriver) -> None:
    sql = (
        "WITH x (n) AS (VALUES ('a'), ('b')) INSERT INTO parents (name) SELECT n FROM x"
    )
    assert not family.is_read_statement(sql)
    assert family.execute(sql)["affected_rows"] == 2
    sql = "WITH x (n) AS (VALUES (?)) INSERT INTO parents (name) SELECT n FROM x"
    assert family.execute_many(sql, [["c"], ["d"]]) == 2
    assert family.count("parents") == 4


def test_one_statement_at_a_time(family: BaseDatabaseDriver) -> None:
    with pytest.raises(DriverQueryError):
        family.execute("DELETE FROM parents; DELETE FROM children")


def test_columns_of_one_name_are_told_apart(driver: BaseDatabaseDriver) -> None:
    found = driver.execute("SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a")["data"]
    assert found == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]
    found = driver.execute("SELECT 1 AS a, 2 AS b, 3 AS a")["data"]
    assert found == [{"a": 1, "b": 2, "a_2": 3}]


def test_plain_columns_come_back_with_their_type(driver: BaseDatabaseDriver) -> None:
    kinds = ["BOOLEAN", "DATETIME", "DATE", "TIME", "DECIMAL", "JSON", "UUID", "BLOB"]
    columns = [{"name": kind.lower(), "type": kind} for kind in kinds]
    driver.create_table({"name": "t", "columns": columns})
    row = {
        "boolean": True,
        "datetime": dt.datetime(2024, 1, 2, 3, 4, 5),
        "date": dt.date(2024, 1, 2),
        "time": dt.time(1, 2, 3),
        "decimal": Decimal("1.5"),
        "json": {"a": [1]},
        "uuid": UUID(int=5),
        "blob": b"\0",
    }
    driver.insert("t", row)
    expected = driver.select("t")
    assert driver.execute("SELECT * FROM t")["data"] == expected
    assert driver.execute("SELECT x.* FROM (SELECT * FROM t) AS x")["data"] == expected
    found = driver.execute(
        "SELECT uuid, '?' AS text, boolean AS flag, count(*) AS n FROM t"
        " WHERE uuid = ? AND boolean = ? GROUP BY uuid LIMIT ?",
        [UUID(int=5), True, 5],
    )["data"]
    assert found == [{"uuid": UUID(int=5), "text": "?", "flag": True, "n": 1}]
    driver.drop_table("t")
    driver.create_table({"name": "t", "columns": [{"name": "boolean", "type": "TEXT"}]})
    driver.insert("t", {"boolean": "yes"})
    assert driver.execute("SELECT * FROM t")["data"] == [{"boolean": "yes"}]


def test_last_insert_id_is_0_where_no_row_was_made(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    assert driver.execute("INSERT INTO parents (name) VALUES ('a')") == {
        "affected_rows": 1,
        "last_insert_id": 1,
        "data": None,
    }
    updated = driver.execute(
        "INSERT INTO parents (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET age=1"
    )
    assert (updated["affected_rows"], updated["last_insert_id"]) == (1, 0)
    ignored = driver.execute("INSERT OR IGNORE INTO parents (name) VALUES ('a')")
    assert (ignored["affected_rows"], ignored["last_insert_id"]) == (0, 0)
    driver.execute("CREATE TABLE bare (k TEXT PRIMARY KEY) WITHOUT ROWID")
    assert driver.execute("INSERT INTO bare VALUES ('x')")["last_insert_id"] == 0


def test_returning_gives_data(family: BaseDatabaseDriver) -> None:
    done = family.execute("INSERT INTO parents (name) VALUES ('a') RETURNING id, name")
    assert done == {
        "affected_rows": 1,
        "last_insert_id": 1,
        "data": [{"id": 1, "name": "a"}],
    }


def test_execute_many_is_all_or_nothing(family: BaseDatabaseDriver) -> None:
    sql = "INSERT INTO parents (name) VALUES (?)"
    with pytest.raises(UniqueViolationError):
        family.execute_many(sql, [["a"], ["b"], ["a"]])
    assert family.count("parents") == 0
    assert family.execute_many(sql, [["a"], ["b"]]) == 2
    assert family.execute_many(f"{sql} RETURNING id", [["c"], ["d"]]) == 2
    assert family.execute_many(sql, []) == 0


@pytest.mark.parametrize("sql", ["SELECT 1", "DROP TABLE parents", "VACUUM"])
def test_execute_many_takes_changes_of_rows_only(
    family: BaseDatabaseDriver, sql: str
) -> None:
    with pytest.raises(DriverQueryError, match="execute_many takes"):
        family.execute_many(sql, [[]])


def test_unknown_names_in_sql(family: BaseDatabaseDriver) -> None:
    with pytest.raises(UnknownTableError, match="did you mean 'parents'") as table:
        family.execute("SELECT * FROM parent")
    assert table.value.table == "parent"
    with pytest.raises(UnknownColumnError) as column:
        family.execute("SELECT nam FROM parents")
    assert column.value.column == "nam"
    with pytest.raises(UnknownColumnError) as inserted:
        family.execute("INSERT INTO parents (nam) VALUES (1)")
    assert (inserted.value.table, inserted.value.column) == ("parents", "nam")


@pytest.mark.parametrize(
    ("sql", "params", "kind"),
    [
        ("SELEC 1", None, DriverQueryError),
        ("SELECT ?", [2**63], InvalidValueError),
        ("SELECT ?", ["\ud800"], InvalidValueError),
        ("SELECT ?", [object()], InvalidValueError),
        ("SELECT ?", [], DriverQueryError),
        ("SELECT sum(9223372036854775807) FROM (VALUES (1), (2))", None, DriverError),
        ("PRAGMA foreign_keys = OFF", None, DriverQueryError),
        ("ATTACH 'x' AS y", None, DriverQueryError),
    ],
)
def test_what_cannot_be_run_is_a_clear_error(
    driver: BaseDatabaseDriver, sql: str, params: Any, kind: type
) -> None:
    with pytest.raises(kind):
        driver.execute(sql, params)


def test_statements_that_run_alone(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    assert driver.execute("VACUUM")["data"] is None
    assert driver.execute("PRAGMA table_info(parents)")["data"]
    assert driver.execute("EXPLAIN QUERY PLAN SELECT * FROM parents")["data"]


def test_a_table_may_be_named_like_what_the_driver_needs(
    make_sqlite: MakeSQLite,
) -> None:
    """A temporary table of its own must not stand before the caller's."""
    driver = make_sqlite()
    column = {"name": "number", "type": "INTEGER", "primary_key": True}
    driver.create_table({"name": "no_row", "columns": [column]})
    driver.execute("INSERT INTO no_row VALUES (5)")
    driver.insert("no_row", {"number": 6})
    assert driver.select("no_row", order_by="number") == [{"number": 5}, {"number": 6}]
