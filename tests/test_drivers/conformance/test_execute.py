"""``execute`` and ``execute_many``: statements of the database's own SQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidRequestError,
    InvalidValueError,
    UniqueViolationError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database

INSERT = "INSERT INTO parents (name, age) VALUES (?, ?)"


def test_results_have_one_form(family: Database, dialect: Dialect) -> None:
    """``last_insert_id`` is 0 where the database does not tell it."""
    made = family.execute(INSERT, ["a", 1])
    last = 1 if dialect.has_last_id else 0
    assert made == {"affected_rows": 1, "last_insert_id": last, "data": None}
    changed = family.execute("UPDATE parents SET age = 1")
    assert changed == {"affected_rows": 1, "last_insert_id": 0, "data": None}
    found = family.execute("SELECT name, age FROM parents WHERE id = :id", {"id": 1})
    assert found == {
        "affected_rows": 0,
        "last_insert_id": 0,
        "data": [{"name": "a", "age": 1}],
    }
    assert family.execute("SELECT name FROM parents WHERE id = 9")["data"] == []
    gone = family.execute("DELETE FROM parents WHERE id = ?", (1,))
    assert gone == {"affected_rows": 1, "last_insert_id": 0, "data": None}


def test_an_update_counts_the_rows_that_matched(family: Database) -> None:
    """Also those that had the new value already."""
    family.insert_many("parents", [{"name": n, "age": 1} for n in "abc"])
    sql = "UPDATE parents SET age = 1 WHERE name < ?"
    assert family.execute(sql, ["c"])["affected_rows"] == 2
    assert family.execute_many(sql, [["c"], ["z"], ["a"]]) == 5


def test_values_go_as_parameters(family: Database) -> None:
    """By place or by name, one name as often as wanted."""
    family.execute(INSERT, ["it's 100% ? :x \\", None])
    sql = "INSERT INTO parents (name, age) VALUES (:name, :age)"
    family.execute(sql, {"name": "b", "age": 2})
    sql = "SELECT name FROM parents WHERE age = :n OR (name LIKE 'it%' AND :n = 2)"
    found = family.execute(sql, {"n": 2})["data"]
    assert found is not None
    assert sorted(row["name"] for row in found) == ["b", "it's 100% ? :x \\"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("TEXT", "naïve 🐍 % \\ '"),
        ("INTEGER", 2**63 - 1),
        ("REAL", 0.1),
        ("BOOLEAN", True),
        ("DATETIME", dt.datetime(2024, 3, 31, 2, 30, 0, 1)),
        ("DATE", dt.date(2024, 2, 29)),
        ("TIME", dt.time(1, 2, 3, 4)),
        ("DECIMAL", Decimal("1.5000000000")),
        ("BLOB", b"\0\xff%'\\"),
        ("UUID", UUID(int=5)),
    ],
)
def test_parameters_and_plain_columns_of_every_type(
    database: Database, kind: str, value: Any
) -> None:
    """A value is found again by the statement, and comes back as it went."""
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.execute("INSERT INTO t (v) VALUES (?)", [value])
    database.execute("INSERT INTO t (v) VALUES (:v)", {"v": None})
    assert database.select("t", {"v": value}) == [{"id": 1, "v": value}]
    found = database.execute("SELECT v FROM t WHERE v = ?", [value])["data"]
    assert found == [{"v": value}]
    assert [type(row["v"]) for row in found or ()] == [type(value)]
    assert database.execute("SELECT * FROM t ORDER BY id")["data"] == [
        {"id": 1, "v": value},
        {"id": 2, "v": None},
    ]


def test_json_is_given_as_text_and_comes_back_as_a_value(database: Database) -> None:
    database.create_table(table("t", NUMBER, column("v", "JSON")))
    database.insert("t", {"v": {"a": [1, None]}})
    found = database.execute("SELECT v FROM t")["data"]
    assert found == [{"v": {"a": [1, None]}}]


def test_columns_of_one_name_are_told_apart(database: Database) -> None:
    found = database.execute("SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a")["data"]
    assert found == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]
    found = database.execute("SELECT 1 AS a, 2 AS b, 3 AS a")["data"]
    assert found == [{"a": 1, "b": 2, "a_2": 3}]


def test_with_reads(family: Database) -> None:
    family.insert("parents", {"name": "a"})
    sql = "WITH x AS (SELECT name AS n FROM parents) SELECT n FROM x"
    assert family.execute(sql)["data"] == [{"n": "a"}]


def test_within_a_transaction(family: Database) -> None:
    with family.transaction() as tx:
        tx.execute(INSERT, ["a", 1])
        found = tx.execute("SELECT count(*) AS n FROM parents")["data"]
        assert found == [{"n": 1}]
        assert family.execute("SELECT count(*) AS n FROM parents")["data"] == [{"n": 0}]
        tx.rollback()
    assert family.count("parents") == 0


def test_unknown_names(family: Database) -> None:
    """Of tables with what is near."""
    with pytest.raises(UnknownTableError, match="did you mean 'parents'") as no_table:
        family.execute("SELECT * FROM parent")
    assert no_table.value.table == "parent"
    for sql in ("SELECT nam FROM parents", "INSERT INTO parents (nam) VALUES (1)"):
        with pytest.raises(UnknownColumnError) as no_column:
            family.execute(sql)
        assert no_column.value.column == "nam"


@pytest.mark.parametrize(
    ("sql", "params", "error"),
    [
        ("SELEC 1", None, DriverQueryError),
        ("", None, DriverQueryError),
        ("-- nothing", None, DriverQueryError),
        ("SELECT ?", [], DriverQueryError),
        ("SELECT ?", [1, 2], DriverQueryError),
        ("SELECT 1", [1], DriverQueryError),
        ("SELECT :a", {}, DriverQueryError),
        ("SELECT :a, ?", [1], DriverQueryError),
        ("SELECT ?", {"a": 1}, DriverQueryError),
        ("SELECT ?", [2**63], InvalidValueError),
        ("SELECT ?", ["\ud800"], InvalidValueError),
        ("SELECT ?", ["a\0"], InvalidValueError),
        ("SELECT ?", [float("nan")], InvalidValueError),
        ("SELECT ?", [range(3)], InvalidValueError),
        ("SELECT 1; SELECT 2", None, DriverQueryError),
        ("SELECT 1; DROP TABLE parents", None, DriverQueryError),
    ],
    ids=repr,
)
def test_what_cannot_be_run(
    family: Database, sql: str, params: Any, error: type[Exception]
) -> None:
    with pytest.raises((error, InvalidRequestError)):
        family.execute(sql, params)
    assert family.list_tables() == ["children", "parents"]


@pytest.mark.parametrize(
    "sql", ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "RELEASE SAVEPOINT a"]
)
def test_transaction_control_is_refused_with_the_method_to_use(
    family: Database, sql: str
) -> None:
    with pytest.raises(DriverQueryError, match="transaction"):
        family.execute(sql)
    family.insert("parents", {"name": "a"})


def test_execute_many_is_all_or_nothing(family: Database) -> None:
    rows: List[Any] = [["a", 1], ["b", None], ["c", 3]]
    with pytest.raises(UniqueViolationError):
        family.execute_many(INSERT, [*rows, ["a", 4]])
    assert family.count("parents") == 0
    assert family.execute_many(INSERT, rows) == 3
    assert family.execute_many(INSERT, []) == 0
    named: List[Dict[str, Any]] = [{"n": "a"}, {"n": "b"}, {"n": "nobody"}]
    assert family.execute_many("DELETE FROM parents WHERE name = :n", named) == 2
    assert family.select("parents", columns=["name", "age"]) == [
        {"name": "c", "age": 3}
    ]


@pytest.mark.parametrize("count", [1, 2, 999])
def test_execute_many_takes_any_number(family: Database, count: int) -> None:
    rows = [[f"{number} % ?", number] for number in range(count)]
    assert family.execute_many(INSERT, rows) == count
    assert family.count("parents", {"name": {"endswith": " % ?"}}) == count


def test_execute_many_joins_a_transaction(family: Database) -> None:
    with family.transaction() as tx:
        assert tx.execute_many(INSERT, [["a", 1], ["b", 2]]) == 2
        tx.rollback()
    assert family.count("parents") == 0


@pytest.mark.parametrize("sql", ["SELECT 1", "DROP TABLE parents", "COMMIT"])
def test_execute_many_takes_changes_of_rows_only(family: Database, sql: str) -> None:
    with pytest.raises(DriverQueryError):
        family.execute_many(sql, [[]])
    assert family.list_tables() == ["children", "parents"]
