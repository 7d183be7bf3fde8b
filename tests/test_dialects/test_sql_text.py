"""Raw SQL: its kind, its placeholders, and what is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.dialects.lexicon import Lexicon
from code_analysis_db.dialects.sql_scanner import scan
from code_analysis_db.dialects.sql_text import (
    bind,
    bind_many,
    read_sql,
)
from code_analysis_db.exceptions import DriverQueryError

from .database import DIALECT


@pytest.mark.parametrize(
    ("sql", "verb", "is_read", "is_ddl"),
    [
        ("select 1", "SELECT", True, False),
        ("/* x; */ -- y;\n SELECT 1;", "SELECT", True, False),
        ("VALUES (1)", "VALUES", True, False),
        ("explain query plan delete from t", "EXPLAIN", True, False),
        ("EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN", False, False),
        ("with a as (select 1) select * from a", "SELECT", True, False),
        (
            "WITH RECURSIVE a(n) AS (SELECT 1), b AS (VALUES (2)) INSERT INTO t"
            " SELECT n FROM a",
            "INSERT",
            False,
            False,
        ),
        ("with d as (delete from t returning *) select 1", "SELECT", False, False),
        ('with "select" as (select 1) delete from t', "DELETE", False, False),
        ("with replace as (select 1) update t set a = 1", "UPDATE", False, False),
        ("create table t (a)", "CREATE", False, True),
        ("CREATE TABLE temp (a)", "CREATE", False, True),
        ("CREATE VIEW v AS SELECT temp.a FROM t AS temp", "CREATE", False, True),
        ("drop table t", "DROP", False, True),
        ("VACUUM", "VACUUM", False, False),
        ("pragma table_info('t')", "PRAGMA", True, False),
        ("PRAGMA main.user_version", "PRAGMA", True, False),
        ("(SELECT 1)", "SELECT", True, False),
    ],
)
def test_the_kind_of_a_statement(
    sql: str, verb: str, is_read: bool, is_ddl: bool
) -> None:
    """By its verb, the one after WITH too."""
    text = read_sql(sql, DIALECT)
    assert (text.verb, text.is_read, text.is_ddl) == (verb, is_read, is_ddl)
    assert text.runs_alone is (verb == "VACUUM")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "no statement"),
        (" ; ; ", "no statement"),
        ("-- nothing", "no statement"),
        ("select 1; select 2", "one statement"),
        ("select 1;; delete from t", "one statement"),
        ("BEGIN IMMEDIATE", "begin_transaction"),
        ("commit", "commit_transaction"),
        ("ROLLBACK", "rollback_transaction"),
        ("end", "transaction"),
        ("savepoint x", "nest transaction"),
        ("/**/ release x", "nest transaction"),
        ("ATTACH 'x' AS y", "start a driver"),
        ("detach y", "start a driver"),
        ("PRAGMA journal_mode = DELETE", "configuration"),
        ("PRAGMA foreign_keys(0)", "configuration"),
        ("PRAGMA wal_checkpoint", "configuration"),
        ("PRAGMA", "configuration"),
        ("CREATE TEMP TABLE t (a)", "temporary"),
        ("create temporary view t AS SELECT 1", "temporary"),
        ("CREATE TABLE temp.t (a)", "temporary"),
        ("CREATE TABLE IF NOT EXISTS [Temp] . t (a)", "temporary"),
        ('CREATE VIEW "temp".t AS SELECT 1', "temporary"),
        ("CREATE VIRTUAL TABLE temp.t USING fts5(a)", "temporary"),
        ("SELECT 'abc", "has no end"),
        ('SELECT "abc', "has no end"),
        ("SELECT [abc", "has no end"),
        ("SELECT 1 /* abc", "has no end"),
        ("SELECT ?1", "'\\?1' is not offered"),
        ("SELECT 1\0", "NUL"),
        ("WITH a AS (SELECT 1)", "followed by no statement"),
        ("1", "starts with no word"),
    ],
)
def test_what_execute_does_not_take(sql: str, message: str) -> None:
    """With the method to use."""
    with pytest.raises(DriverQueryError, match=message):
        read_sql(sql, DIALECT)


def test_what_is_no_text_is_refused() -> None:
    """Whatever it is."""
    sql: Any = ["SELECT 1"]
    with pytest.raises(DriverQueryError, match="SQL is text"):
        read_sql(sql, DIALECT)


def test_a_long_text_is_read_as_a_short_one() -> None:
    """A literal of a megabyte, closed or not."""
    literal = "'" + "a''b;?" * 200_000 + "'"
    assert read_sql(f"SELECT {literal}, ?", DIALECT).questions == (len(literal) + 9,)
    with pytest.raises(DriverQueryError, match="has no end"):
        read_sql(f"SELECT {literal}'", DIALECT)


def test_the_body_of_a_trigger_is_one_statement() -> None:
    """Its semicolons, and the END of a CASE, do not end it."""
    sql = (
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN a"
        " THEN 1 ELSE 2 END; DELETE FROM t WHERE a = ';'; END;"
    )
    assert read_sql(sql, DIALECT).verb == "CREATE"
    with pytest.raises(DriverQueryError, match="one statement"):
        read_sql(sql + " SELECT 1", DIALECT)


@pytest.mark.parametrize(
    ("sql", "params", "bound"),
    [
        ("SELECT '?', ?", [1], ("SELECT '?', ?", [1])),
        ("SELECT 1", None, ("SELECT 1", [])),
        ("SELECT 1;", (), ("SELECT 1", [])),
        ("SELECT :a, ':b', :a", {"a": 2}, ("SELECT ?, ':b', ?", [2, 2])),
        ("SELECT ?, '100%'", ["x"], ("SELECT ?, '100%'", ["x"])),
        ("SELECT :ä -- :b", {"ä": True}, ("SELECT ? -- :b", [1])),
    ],
)
def test_placeholders_become_positional(
    sql: str, params: Any, bound: Tuple[str, List[Any]]
) -> None:
    """And strings and comments stay as they are."""
    assert bind(read_sql(sql, DIALECT), params, DIALECT) == bound


@pytest.mark.parametrize(
    ("sql", "params", "message"),
    [
        ("SELECT ?", None, "1 \\? placeholders, and params 0"),
        ("SELECT ?", [1, 2], "1 \\? placeholders, and params 2"),
        ("SELECT ?", {"a": 1}, "\\? placeholders, and params is a dict"),
        ("SELECT :a", [1], ":name placeholders, and params is a list"),
        ("SELECT :a", None, ":name placeholders, and params is nothing"),
        ("SELECT :abc", {"abd": 1}, "no 'abc', .* did you mean 'abd'"),
        ("SELECT :a", {"a": 1, "b": 2}, "no placeholder :b"),
        ("SELECT ?", "x", "a list or a dict"),
        ("SELECT ?", [object()], "no type of the interface"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(
    sql: str, params: Any, message: str
) -> None:
    """With both numbers, or the name."""
    with pytest.raises(DriverQueryError, match=message):
        bind(read_sql(sql, DIALECT), params, DIALECT)


def test_many_sets_share_one_text() -> None:
    """All lists, or all dicts."""
    text = read_sql("SELECT :a", DIALECT)
    sets: List[Any] = [{"a": 1}, {"a": None}]
    assert bind_many(text, sets, DIALECT) == ("SELECT ?", [[1], [None]])
    assert bind_many(read_sql("SELECT 1", DIALECT), [], DIALECT) == ("SELECT 1", [])
    with pytest.raises(DriverQueryError, match="all lists or all dicts"):
        bind_many(text, [*sets, [1]], DIALECT)


_inner = st.text("a';\"?:-/*$`[]% \n", max_size=6)
_pieces = st.one_of(
    _inner.map(lambda t: "'" + t.replace("'", "''") + "'"),
    _inner.map(lambda t: '1 AS "' + t.replace('"', '""') + '"').filter(
        lambda t: len(t) > 7
    ),
    _inner.map(lambda t: "1 AS `" + t.replace("`", "``") + "x`"),
    _inner.map(lambda t: "2 /*" + t.replace("*/", "") + "x*/"),
    _inner.map(lambda t: "3 --" + t.replace("\n", "") + "\n"),
    st.just("?"),
)


@given(st.lists(_pieces, min_size=1, max_size=8))
def test_only_placeholders_outside_of_quotes_count(pieces: List[str]) -> None:
    """SQLite itself is the judge: it takes the text with as many parameters."""
    sql = f"SELECT {', '.join(pieces)}"
    wanted = pieces.count("?")
    bound, params = bind(read_sql(sql, DIALECT), ["x"] * wanted, DIALECT)
    with closing(sqlite3.connect(":memory:")) as connection:
        (row,) = connection.execute(bound, params).fetchall()
    assert list(row).count("x") >= wanted and len(row) == len(pieces)


@pytest.mark.parametrize(
    ("lexicon", "sql", "kinds"),
    [
        (Lexicon(dollar_quotes=True), "$$a;'$$ $x$ $$ $x$", ["string", "string"]),
        (Lexicon(), "a[1:2]", ["word", "other", "number", "other", "number", "other"]),
        (Lexicon(), "a::int := 1", ["word", "cast", "word", "cast", "number"]),
        (Lexicon(backslash_escapes=True), r"'a\';' b", ["string", "word"]),
        (Lexicon(), r"'a\' b", ["string", "word"]),
        (Lexicon(hash_comments=True), "a # b;\n c", ["word", "word"]),
        (Lexicon(backticks=True), "`a``b`", ["name"]),
    ],
)
def test_a_lexicon_knows_what_its_dialect_quotes(
    lexicon: Lexicon, sql: str, kinds: List[str]
) -> None:
    """What one quotes another reads as signs."""
    assert [piece.kind for piece in scan(sql, lexicon)] == kinds
