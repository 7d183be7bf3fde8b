"""``match``: which rows a query finds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.exceptions import DriverQueryError, InvalidValueError

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .fulltext_tables import INDEX, KEY, TEXTS, found, put

CODE = {
    "snake": "def get_table_info(name): return rows[name]",
    "camel": "class HTTPServer(Base):\n    def getTable(self): pass",
    "lite": "import sqlite3 as SQLite",
    "words": "The quick brown fox, the lazy dog; it's OR NOT",
    "greek": "Ωμέγα και ÜBERGRÖSSE, naïve",
    "digits": "utf8 x1y2 0x1F 3.14 1e5",
    "japanese": "日本語のテキスト",
    "rows": "many rows, rows, rows",
}


@pytest.fixture
def texts(database: Database) -> Database:
    """A database with :data:`CODE`."""
    database.create_table(TEXTS)
    put(database, **CODE)
    return database


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("table", ["camel", "snake"]),
        ("TABLE", ["camel", "snake"]),
        ("get_table", ["camel", "snake"]),
        ("getTable", ["camel", "snake"]),
        ("gettable", ["camel"]),
        ("get_table_info", ["snake"]),
        ("gettableinfo", ["snake"]),
        ("httpserver", ["camel"]),
        ("http", ["camel"]),
        ("sqlite", ["lite"]),
        ("SQLite", ["lite"]),
        ("sqlite3", ["lite"]),
        ("quick dog", ["words"]),
        ("quick -dog", []),
        ("the", ["words"]),
        ("it", ["words"]),
        ("s", ["words"]),
        ("OR", []),
        ("or not", ["words"]),
        ("fox OR camel OR sqlite", ["lite", "words"]),
        ("rows name", ["snake"]),
        ("rows -name", ["rows"]),
        ('"brown fox"', ["words"]),
        ('"fox brown"', []),
        ('rows -"return rows"', ["rows"]),
        ("return.rows[name", ["snake"]),
        ("rows.return", []),
        ("tab*", ["camel", "snake"]),
        ("get_tab*", ["camel", "snake"]),
        ("httpserv*", ["camel"]),
        ('"brown fo*"', []),
        ('"brown fo"*', ["words"]),
        ("na*", ["greek", "snake"]),
        ("ωμέγα", ["greek"]),
        ("ΩΜΈ*", ["greek"]),
        ("übergrösse", ["greek"]),
        ("ÜBERGRÖßE", ["greek"]),
        ("nai\u0308ve", ["greek"]),
        ("naive", []),
        ("utf8", ["digits"]),
        ("utf", ["digits"]),
        ("8", ["digits"]),
        ("3.14", ["digits"]),
        ("14.3", []),
        ("1e5", ["digits"]),
        ("日本", ["japanese"]),
        ("本", ["japanese"]),
        ("本日", []),
        ("テキスト", ["japanese"]),
        ("", []),
        ("-", []),
        ("-fox", []),
        ('"', []),
        ("* ( ) ' \" \\ : ^ ~ @ + < > | & !", []),
        ("_", []),
    ],
)
def test_what_a_query_finds(texts: Database, query: str, keys: List[str]) -> None:
    assert found(texts, query) == keys


@pytest.mark.parametrize(
    "query",
    [
        "'; DROP TABLE texts; --",
        '") OR 1=1 --',
        "NEAR(a b)",
        "AND NOT",
        "a AND b",
        "+fox +dog",
        "(fox",
        'fox"',
        "fox)",
        "fox:*",
        "a:fox",
        "{a b} : fox",
        "fox & ",
        "!fox",
        "fox <-> dog",
        "^fox",
        "fox^2",
        "~fox",
        "fox\0dog",
        "%",
        "fo%",
        "%s",
        "?",
        ":nothing",
        "\U0001f40e",
        "fox \U0001f98a dog",
        "x" * 10_000,
        "fox " * 1_000,
        "zz* " * 200,
    ],
)
def test_any_text_is_a_query(texts: Database, query: str) -> None:
    """None is an error, and none finds what has not its words."""
    has_words = "fox" in query and set(query.split()) <= {"fox"}
    rows = texts.select("texts", {"a": {"match": query}})
    assert all(row["id"] == "words" for row in rows), query
    if has_words:
        assert rows


def test_a_match_is_a_condition_like_others(texts: Database) -> None:
    """It goes with and, or and not, in all that takes a where."""
    texts.insert("texts", {"id": "null", "a": None})
    rows = {"a": {"match": "rows"}}
    assert texts.count("texts", rows) == 2
    assert texts.count("texts", {**rows, "id": "snake"}) == 1
    assert texts.count("texts", {"or": [rows, {"id": "words"}]}) == 3
    both = {"and": [rows, {"a": {"match": "table"}}]}
    assert texts.count("texts", both) == 1
    # a row without words is not found, which is a fact and not unknown
    assert texts.count("texts", {"not": rows}) == len(CODE) - 1
    assert texts.count("texts", {"a": {"match": "rows", "like": "def%"}}) == 1
    several = texts.aggregate("texts", {"n": ("count", "*")}, rows)
    assert several == [{"n": 2}]
    assert texts.update("texts", rows, {"b": "seen"}) == 2
    assert found(texts, "seen") == ["rows", "snake"]
    assert texts.delete("texts", {"b": {"match": "seen"}}) == 2
    assert found(texts, "rows") == []


def test_the_whole_index_is_searched(database: Database) -> None:
    """Whichever of its columns is named; words may be in different ones."""
    database.create_table(TEXTS)
    database.insert("texts", {"id": "one", "a": "alpha beta", "b": "gamma"})
    for name in ("a", "b"):
        assert database.count("texts", {name: {"match": "gamma alpha"}}) == 1
        assert database.count("texts", {name: {"match": "alpha -gamma"}}) == 0
    # but a phrase is in one
    assert found(database, '"beta gamma"') == []
    assert found(database, '"alpha beta" gamma') == ["one"]


def test_a_column_in_no_index_and_in_two(database: Database) -> None:
    other = {"name": "of_a", "columns": ["a"], "fulltext": True}
    definition = table("t", KEY, column("a"), column("b"), column("c"))
    database.create_table({**definition, "indexes": [INDEX, other]})
    with pytest.raises(DriverQueryError, match="of one fulltext index.*in none"):
        database.select("t", {"c": {"match": "x"}})
    with pytest.raises(DriverQueryError, match="use search with index="):
        database.select("t", {"a": {"match": "x"}})
    with pytest.raises(InvalidValueError, match="it takes text"):
        database.select("t", {"b": {"match": 5}})
    database.insert("t", {"id": "x", "a": "one", "b": "two"})
    assert database.count("t", {"b": {"match": "one"}}) == 1
    assert [r["id"] for r in database.search("t", "one", index="of_a")] == ["x"]
    assert database.search("t", "two", index="of_a") == []


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (NUMBER, [1, 2]),
        (column("id", "UUID", primary_key=True), [UUID(int=1), UUID(int=2)]),
        (
            column("id", "DECIMAL", primary_key=True, precision=10, scale=2),
            [Decimal("1.50"), Decimal("2.50")],
        ),
        (
            column("id", "DATETIME", primary_key=True),
            [datetime(2020, 1, 1), datetime(2020, 1, 1, 0, 0, 0, 1)],
        ),
    ],
    ids=["INTEGER", "UUID", "DECIMAL", "DATETIME"],
)
def test_keys_of_any_type(
    database: Database, key: Dict[str, Any], values: List[Any]
) -> None:
    index = {"name": "words", "columns": ["a"], "fulltext": True}
    database.create_table(table("t", key, column("a"), indexes=[index]))
    rows = [{"id": value, "a": f"common w{n}x"} for n, value in enumerate(values)]
    database.insert_many("t", rows)
    (row,) = database.search("t", "w1x")
    assert row["id"] == values[1]
    assert database.count("t", {"a": {"match": "common"}}) == 2
    database.delete("t", {"id": values[0]})
    assert database.count("t", {"a": {"match": "common"}}) == 1
