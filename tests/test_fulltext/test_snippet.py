"""What is shown of a hit."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.fulltext import SnippetMaker, parse_query

from .fulltext_model import CONTENTS, QUERIES, matches


def snippet_of(text: str, query: str, length: int = 80) -> "tuple[int, str, List[str]]":
    """Return the line, its text, and what is marked in it."""
    found = SnippetMaker(parse_query(query), length).make({"a": None, "b": text})
    assert found is not None and found.column == "b"
    return (
        found.line,
        found.text,
        [found.text[start:end] for start, end in found.ranges],
    )


@pytest.mark.parametrize(
    ("text", "query", "line", "shown", "marked"),
    [
        ("one\n  two  \nthree", "two", 2, "two", ["two"]),
        ("a one\r\n\ttwo one\r\n", "one two", 2, "two one", ["two", "one"]),
        ("def getTable(x)", "table", 1, "def getTable(x)", ["Table"]),
        ("def getTable(x)", "get_table", 1, "def getTable(x)", ["getTable"]),
        ("x = GET__TABLE", "gettable", 1, "x = GET__TABLE", ["GET__TABLE"]),
        ("import SQLite", "sqlite", 1, "import SQLite", ["SQLite"]),
        ("planet\nplan", "plan", 2, "plan", ["plan"]),
        ("plant planet", "plan*", 1, "plant planet", ["plant", "planet"]),
        ("b a\na b", '"a b"', 2, "a b", ["a", "b"]),
        ("a\nb", '"a b"', 1, "a", ["a"]),
        ("größe\nGRÖSSE", "grösse", 1, "größe", ["größe"]),
        ("日本語", "本", 1, "日本語", ["日本語"]),
    ],
)
def test_the_best_line(
    text: str, query: str, line: int, shown: str, marked: List[str]
) -> None:
    assert snippet_of(text, query) == (line, shown, marked)


@pytest.mark.parametrize("length", [5, 10, 20, 30])
@pytest.mark.parametrize("place", [0, 50, 98, 99])
def test_a_long_line_is_cut_around_the_first_word(length: int, place: int) -> None:
    words = ["xx"] * 100
    words[place] = "one"
    _, shown, marked = snippet_of(" ".join(words), "one", length)
    assert len(shown) <= length
    assert marked == ["one"]
    assert shown.startswith("…") is (place > 0)


def test_a_word_in_a_line_without_end() -> None:
    line, shown, marked = snippet_of(
        "first\n" + "x " * 500_000 + "one " + "y " * 99, "one"
    )
    assert (line, marked, len(shown)) == (2, ["one"], 80)


def test_no_line_has_a_word() -> None:
    maker = SnippetMaker(parse_query("one"), 80)
    assert maker.make({"a": None, "b": "", "c": "two"}) is None


@given(CONTENTS, QUERIES, st.integers(1, 40))
def test_what_is_found_can_be_shown(text: str, query: str, length: int) -> None:
    """The ranges are within the snippet, in order, and not empty."""
    found = SnippetMaker(parse_query(query), length).make({"a": text})
    if found is None:
        assert not matches([text], query)
        return
    assert 1 <= found.line <= text.count("\n") + 1
    last = 0
    for start, end in found.ranges:
        assert last <= start < end <= len(found.text)
        last = end
