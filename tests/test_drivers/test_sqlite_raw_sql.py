"""``execute`` and ``execute_many`` where SQLite's own SQL is concerned."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from code_analysis_db.exceptions import DriverQueryError

from .conftest import MakeSQLite
from .unified.definitions import PARENTS


def test_with_may_write(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    sql = (
        "WITH x (n) AS (VALUES ('a'), ('b')) INSERT INTO parents (name) SELECT n FROM x"
    )
    assert not driver.is_read_statement(sql)
    assert driver.execute(sql)["affected_rows"] == 2
    sql = "WITH x (n) AS (VALUES (?)) INSERT INTO parents (name) SELECT n FROM x"
    assert driver.execute_many(sql, [["c"], ["d"]]) == 2
    assert driver.count("parents") == 4


def test_plain_columns_come_back_with_their_type(make_sqlite: MakeSQLite) -> None:
    """However they got into the result."""
    driver = make_sqlite()
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


def test_returning_gives_data(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    done = driver.execute("INSERT INTO parents (name) VALUES ('a') RETURNING id, name")
    assert done == {
        "affected_rows": 1,
        "last_insert_id": 1,
        "data": [{"id": 1, "name": "a"}],
    }


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA foreign_keys = OFF",
        "ATTACH 'x' AS y",
        "SELECT sum(9223372036854775807) FROM (VALUES (1), (2))",
    ],
)
def test_what_cannot_be_run_is_a_clear_error(make_sqlite: MakeSQLite, sql: str) -> None:
    with pytest.raises(DriverQueryError):
        make_sqlite().execute(sql)


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
