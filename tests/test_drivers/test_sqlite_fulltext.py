"""Fulltext indexes of SQLite: what other programs and statements do to the table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.sqlite_error import ErrorTranslation
from code_analysis_db.exceptions import UnsupportedError

from .conftest import MakeSQLite
from .unified.definitions import NUMBER, column, table

INDEX = {"name": "words", "columns": ["a"], "fulltext": True}


@pytest.fixture
def keyed(make_sqlite: MakeSQLite) -> SQLiteDriver:
    """A driver with a table whose key is no number, and rows of which some went."""
    driver = make_sqlite()
    columns = [column("id", "UUID", primary_key=True), column("a")]
    driver.create_table(table("t", *columns, indexes=[INDEX]))
    rows = [{"id": UUID(int=n), "a": f"all w{n}x"} for n in range(10)]
    driver.insert_many("t", rows)
    driver.delete("t", {"id": [UUID(int=n) for n in (0, 3, 4)]})
    return driver


def found(driver: SQLiteDriver, query: str) -> "list[int]":
    """Return the numbers in the keys of the rows that a query finds."""
    rows = driver.select("t", {"a": {"match": query}})
    return sorted(row["id"].int for row in rows)


def test_a_vacuum_changes_no_hit(keyed: SQLiteDriver) -> None:
    """Though it may give the table's rows other numbers."""
    keyed.execute("VACUUM")
    assert found(keyed, "w5x") == [5]
    keyed.update("t", {"id": UUID(int=5)}, {"a": "changed"})
    assert (found(keyed, "w5x"), found(keyed, "changed")) == ([], [5])
    assert found(keyed, "all") == [1, 2, 6, 7, 8, 9]


def test_a_replaced_row_leaves_no_words(keyed: SQLiteDriver) -> None:
    sql = "INSERT OR REPLACE INTO t (id, a) VALUES (?, ?)"
    keyed.execute(sql, [str(UUID(int=1)), "new"])
    assert (found(keyed, "w1x"), found(keyed, "new")) == ([], [1])
    assert found(keyed, "all") == [2, 5, 6, 7, 8, 9]


def test_the_index_is_sound(keyed: SQLiteDriver) -> None:
    """FTS5 compares it with the words, after updates and deletes."""
    keyed.update("t", {}, {"a": "same"}, all_rows=True)
    keyed.delete("t", {"id": UUID(int=9)})
    search = '"_code_analysis_db_search_words"'
    check = f"INSERT INTO {search} ({search}, rank) VALUES ('integrity-check', 1)"
    keyed.execute(check)
    assert keyed.execute("PRAGMA integrity_check")["data"] == [
        {"integrity_check": "ok"}
    ]


def test_ids_are_those_of_the_table(make_sqlite: MakeSQLite) -> None:
    """The hidden tables give out numbers as well."""
    driver = make_sqlite()
    driver.create_table(table("t", NUMBER, column("a"), indexes=[INDEX]))
    assert driver.insert_many("t", [{"id": 7, "a": "x"}, {"a": "y"}]) == [7, 8]
    result = driver.execute("INSERT INTO t (a) VALUES ('z')")
    assert (result["affected_rows"], result["last_insert_id"]) == (1, 9)
    assert driver.update("t", {"a": {"match": "y"}}, {"a": "w"}) == 1
    assert driver.delete("t", {}, all_rows=True) == 3


def test_another_program(make_sqlite: MakeSQLite, tmp_path: Path) -> None:
    """It has not the function that analyses: it may delete, and not insert."""
    driver = make_sqlite()
    driver.create_table(table("t", NUMBER, column("a"), indexes=[INDEX]))
    driver.insert_many("t", [{"a": "one"}, {"a": "two"}])
    with closing(sqlite3.connect(tmp_path / "test.db")) as connection:
        connection.execute("DELETE FROM t WHERE a = 'one'")
        connection.commit()
        with pytest.raises(sqlite3.OperationalError, match="no such function"):
            connection.execute("INSERT INTO t (a) VALUES ('three')")
    assert driver.count("t", {"a": {"match": "one OR two OR three"}}) == 1


def test_a_sqlite_without_fts5(tmp_path: Path) -> None:
    """Says so, and what to do."""
    translation = ErrorTranslation(tmp_path / "test.db", ExecutionContext())
    error = sqlite3.OperationalError("no such module: fts5")
    translated = translation.translated(error)
    assert isinstance(translated, UnsupportedError)
    assert "built without FTS5" in translated.message
