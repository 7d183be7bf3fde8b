"""``search``: the best rows of a fulltext index, with rank and snippet."""

from __future__ import annotations

from typing import Any, List

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    UnknownColumnError,
    UnknownTableError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database
from .fulltext_tables import INDEX, KEY, TEXTS, put

LONG = "import os\n\n\ndef open_file(path):\n    return open(path)  # opens path\n"


@pytest.fixture
def texts(database: Database) -> Database:
    """A database with texts of which some have a word more often."""
    database.create_table(TEXTS)
    put(
        database,
        often="path path path path, a path",
        once="a path among other words that say nothing of it at all, none of them",
        never="nothing of the kind",
        code=LONG,
    )
    return database


def keys(texts: Database, query: str, **asked: Any) -> List[str]:
    """Return the keys of what a search gives, in its order."""
    return [row["id"] for row in texts.search("texts", query, **asked)]


def test_the_best_come_first(texts: Database) -> None:
    rows = texts.search("texts", "path")
    assert [row["id"] for row in rows][0] == "often"
    ranks = [row["rank"] for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert all(type(rank) is float for rank in ranks)
    assert sorted(row["id"] for row in rows) == ["code", "often", "once"]


def test_a_snippet_is_the_line_that_has_most_of_the_words(texts: Database) -> None:
    (row,) = texts.search("texts", "return path")
    assert row["snippet"] == {
        "column": "a",
        "line": 5,
        "text": "return open(path)  # opens path",
        "ranges": [[0, 6], [12, 16], [27, 31]],
    }


def test_a_snippet_is_as_long_as_was_asked(texts: Database) -> None:
    (row,) = texts.search("texts", "other words", snippet_length=20)
    snippet = row["snippet"]
    assert len(snippet["text"]) <= 20
    shown = [snippet["text"][start:end] for start, end in snippet["ranges"]]
    assert shown == ["other", "words"]
    (row,) = texts.search("texts", "other words", snippet_length=0)
    assert row["snippet"] is None


def test_a_page_after_another(texts: Database) -> None:
    all_keys = keys(texts, "path")
    pages = [keys(texts, "path", limit=1, offset=place) for place in range(4)]
    assert [key for page in pages for key in page] == all_keys
    assert keys(texts, "path", limit=0) == []


def test_columns_and_conditions(texts: Database) -> None:
    (row,) = texts.search("texts", "path", where={"id": "once"}, columns=["b"])
    assert set(row) == {"b", "rank", "snippet"}
    where = {"a": {"contains": "other"}}
    assert keys(texts, "path", where=where) == ["once"]
    assert keys(texts, "path", where={"id": []}) == []
    assert keys(texts, "path -among", where={"not": {"id": "code"}}) == ["often"]


def test_conditions_that_few_hits_match(database: Database) -> None:
    """Those are found among however many that do not."""
    definition = table(
        "t",
        NUMBER,
        column("n", "INTEGER"),
        column("a"),
        indexes=[{**INDEX, "columns": ["a"]}],
    )
    database.create_table(definition)
    rows = [{"n": n, "a": "word " * (1 + n % 3)} for n in range(600)]
    database.insert_many("t", rows)
    found = database.search("t", "word", where={"n": [3, 300]}, limit=5)
    assert sorted(row["n"] for row in found) == [3, 300]
    assert len(database.search("t", "word", limit=1000)) == 600


def test_a_condition_over_another_table(database: Database) -> None:
    database.create_table(table("files", NUMBER, column("project")))
    refers = {"table": "files", "columns": ["id"]}
    parts = {
        "constraints": [
            {"type": "foreign_key", "columns": ["file"], "references": refers}
        ],
        "indexes": [INDEX],
    }
    database.create_table(
        table("t", NUMBER, column("file", "INTEGER"), column("a"), column("b"), **parts)
    )
    for project in ("one", "two"):
        file = database.insert("files", {"project": project})
        database.insert("t", {"file": file, "a": "some word", "b": project})
    where = {"file": {"refers_to": {"project": "two"}}}
    assert [r["b"] for r in database.search("t", "word", where=where)] == ["two"]


def test_what_cannot_be_searched(texts: Database) -> None:
    with pytest.raises(UnknownTableError):
        texts.search("nothing", "x")
    with pytest.raises(UnknownColumnError):
        texts.search("texts", "x", columns=["z"])
    with pytest.raises(DriverQueryError, match="'by_word'.*did you mean 'by_words'"):
        texts.search("texts", "x", index="by_word")
    with pytest.raises(DriverQueryError, match="negative"):
        texts.search("texts", "x", limit=-1)
    texts.create_table(table("plain", KEY, column("a")))
    with pytest.raises(DriverQueryError, match="needs a fulltext index: add one"):
        texts.search("plain", "x")
    index = {"name": "w", "columns": ["rank"], "fulltext": True}
    texts.create_table(table("ranked", KEY, column("rank"), indexes=[index]))
    texts.insert("ranked", {"id": "x", "rank": "word"})
    with pytest.raises(DriverQueryError, match="gives a column 'rank' of its own"):
        texts.search("ranked", "word")
    assert texts.search("ranked", "word", columns=["id"])[0]["id"] == "x"


def test_in_a_batch(texts: Database) -> None:
    """And what it wrote is found, where the database finds that."""
    with texts.batch() as batch:
        handle = batch.search("texts", "path", limit=1, columns=["id"])
    assert handle.result[0]["id"] == "often"
