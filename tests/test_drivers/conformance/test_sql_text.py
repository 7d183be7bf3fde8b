"""Raw SQL as text: what looks like a placeholder or an end and is none."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverQueryError

from ..unified.definitions import column, table
from ..unified.interface import Database

LITERALS = [
    (";", "';'"),
    ("?", "'?'"),
    (":name", "':name'"),
    ("%", "'%'"),
    ("%%", "'%%'"),
    ("%s", "'%s'"),
    ("%(name)s", "'%(name)s'"),
    ("it's", "'it''s'"),
    ("--", "'--'"),
    ("/*", "'/*'"),
    ("$1", "'$1'"),
    ("{}", "'{}'"),
    ("🐍", "'🐍'"),
    ('"', "'\"'"),
    ("`", "'`'"),
]


@pytest.mark.parametrize(("text", "literal"), LITERALS)
def test_a_literal_is_left_alone(database: Database, text: str, literal: str) -> None:
    """With parameters and without."""
    assert database.execute(f"SELECT {literal} AS a")["data"] == [{"a": text}]
    database.create_table(table("t", column("a"), column("b")))
    database.execute(f"INSERT INTO t (a, b) VALUES ({literal}, ?)", ["x"])
    database.execute(f"INSERT INTO t (b, a) VALUES (:b, {literal})", {"b": "y"})
    assert database.count("t", {"a": text}) == 2
    sql = f"UPDATE t SET b = ? WHERE a = {literal}"
    assert database.execute_many(sql, [["v"], ["w"]]) == 4


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 7 AS a;",
        "SELECT 7 AS a ; ",
        "SELECT 7 AS a -- done; ? :x",
        "SELECT 7 AS a -- it's\n",
        "/* a ; ? :x ' */ SELECT 7 AS a",
        "SELECT /* % %s */ 7 AS a",
        "-- first\nSELECT 7 AS a",
        "  \n\t SELECT 7 AS a",
        "select 7 as a",
        "(SELECT 7 AS a)" " UNION SELECT 7",
        "WITH x AS (SELECT 7 AS a) SELECT a FROM x",
        "SELECT 14 % 7 + 7 AS a",
        "SELECT 14%7+7 AS a",
    ],
)
def test_comments_and_ends(
    database: Database, driver: BaseDatabaseDriver, sql: str
) -> None:
    """One statement, which may end in a semicolon."""
    if sql.startswith("("):
        sql = sql.replace("(", "").replace(")", "")
    assert database.execute(sql)["data"] == [{"a": 7}]
    assert driver.is_read_statement(sql)


@pytest.mark.parametrize(
    "name", ["?", ":a", "100%", "%s", "a;b", "it's", "--", "größe"]
)
def test_quoted_names_are_left_alone(
    database: Database, dialect: Dialect, name: str
) -> None:
    """In the database's own quotes."""
    database.create_table(table("t", column(name), column("b")))
    database.insert("t", {name: "x", "b": "y"})
    quoted = '"' + name + '"'
    if dialect.quote("a") != '"a"':
        mark = dialect.quote("a")[0]
        quoted = f"{mark}{name}{mark}"
    sql = f"SELECT {quoted} FROM t WHERE b = ?"
    assert database.execute(sql, ["y"])["data"] == [{name: "x"}]
    sql = f"UPDATE t SET {quoted} = :v WHERE b = :b"
    assert database.execute(sql, {"v": "z", "b": "y"})["affected_rows"] == 1
    assert database.select("t", columns=[name]) == [{name: "z"}]


def test_a_read_and_a_write_are_told_apart(driver: BaseDatabaseDriver) -> None:
    reads: List[str] = ["SELECT 1", "/* c */ select 1", "WITH x AS (SELECT 1) SELECT 1"]
    writes: Any = ["INSERT INTO t VALUES (1)", "DELETE FROM t", "DROP TABLE t"]
    assert [driver.is_read_statement(sql) for sql in reads] == [True] * 3
    assert [driver.is_read_statement(sql) for sql in writes] == [False] * 3


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t; DELETE FROM t",
        "SELECT 1;;SELECT 2",
        "SELECT ';' ; SELECT 2",
        "SELECT 1 /* ; */ ; SELECT 2",
        "SELECT 'a' -- ;\n; SELECT 2",
    ],
)
def test_a_second_statement_is_refused(database: Database, sql: str) -> None:
    database.create_table(table("t", column("a")))
    database.insert("t", {"a": "x"})
    with pytest.raises(DriverQueryError, match="one statement|several|statements"):
        database.execute(sql)
    assert database.count("t") == 1
