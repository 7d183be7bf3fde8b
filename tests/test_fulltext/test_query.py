"""What a query asks for."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given

from code_analysis_db.fulltext import Phrase, parse_query

from .fulltext_model import QUERIES


def _shown(phrase: Phrase) -> str:
    """Return a phrase as a text that is easy to read."""
    return " ".join(phrase.words) + "*" * phrase.is_prefix


@pytest.mark.parametrize(
    ("text", "required", "excluded"),
    [
        ("one two", [["one"], ["two"]], []),
        ('"one two" three', [["one two"], ["three"]], []),
        ('"one two', [["one two"]], []),
        ("one -two", [["one"]], ["two"]),
        ('one -"two three"', [["one"]], ["two three"]),
        ("-one", [], []),
        ("one OR two three", [["one", "two"], ["three"]], []),
        ("one OR two OR three", [["one", "two", "three"]], []),
        ("one or two", [["one"], ["or"], ["two"]], []),
        ("OR one OR", [["one"]], []),
        ("one OR -two", [["one"]], ["two"]),
        ("one OR -two three", [["one"], ["three"]], ["two"]),
        ("one OR , two", [["one", "two"]], []),
        ("on*", [["on*"]], []),
        ('"one tw"*', [["one tw*"]], []),
        ("get_table", [["get table", "gettable"]], []),
        ("getTab*", [["get tab*", "gettab*"]], []),
        ("one -getTable", [["one"]], ["get table", "gettable"]),
        ("os.path", [["os path"]], []),
        ("f(x)", [["f x"]], []),
        ("--one two", [["two"]], ["one"]),
        ("* - OR", [], []),
        ("", [], []),
    ],
)
def test_what_a_text_asks_for(
    text: str, required: List[List[str]], excluded: List[str]
) -> None:
    query = parse_query(text)
    shown = [[_shown(phrase) for phrase in choice] for choice in query.required]
    assert (shown, list(map(_shown, query.excluded))) == (required, excluded)


def test_a_long_query_is_cut() -> None:
    assert len(parse_query("word " * 100).required) == 32
    (choice,) = parse_query(".".join(["word"] * 100)).required
    assert len(choice[0].words) == 32


@given(QUERIES)
def test_any_text_is_a_query(text: str) -> None:
    query = parse_query(text)
    for phrase in (*query.phrases, *query.excluded):
        assert phrase.words and all(phrase.words)
