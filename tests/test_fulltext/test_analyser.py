"""What the words of a run are."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.fulltext.analyser import RUN, normal_text, part_spans, split_run


@pytest.mark.parametrize(
    ("run", "parts", "wholes"),
    [
        ("name", ["name"], []),
        ("Name", ["name"], []),
        ("NAME", ["name"], []),
        ("get_table", ["get", "table"], ["gettable"]),
        ("getTable", ["get", "table"], ["gettable"]),
        ("GetTable", ["get", "table"], ["gettable"]),
        ("GET_TABLE", ["get", "table"], ["gettable"]),
        ("HTTPServer", ["http", "server"], ["httpserver"]),
        ("isHTTP", ["is", "http"], ["ishttp"]),
        ("utf8", ["utf", "8"], ["utf8"]),
        ("0x1F", ["0", "x", "1", "f"], ["0x1f"]),
        ("__init__", ["init"], []),
        ("_", [], []),
        ("my_SQLite_db", ["my", "sq", "lite", "db"], ["sqlite", "mysqlitedb"]),
        ("ÜberGröße", ["über", "grösse"], ["übergrösse"]),
        ("XMLÄnderung", ["xml", "änderung"], ["xmländerung"]),
        ("日本語", ["日", "本", "語"], ["日本語"]),
        ("aテb", ["a", "テ", "b"], ["aテb"]),
        ("ﬁle", ["file"], []),
        ("x" * 70, ["x" * 64], []),
        ("é" * 30, ["é" * 20], []),
    ],
)
def test_the_words_of_a_run(run: str, parts: List[str], wholes: List[str]) -> None:
    split = split_run(run)
    assert (list(split.parts), list(split.wholes)) == (parts, wholes)


@given(st.text())
def test_words_are_letters_and_digits(text: str) -> None:
    """Of any text; and what is a word stays the word that it is."""
    for run in RUN.findall(normal_text(text)):
        split = split_run(run)
        for word in (*split.parts, *split.wholes):
            assert word and "_" not in word and RUN.fullmatch(word)
        for part in split.parts:
            if part.isascii():
                assert part in "".join(split_run(part).parts)


@given(st.text("aB1_"))
def test_the_spans_of_an_ascii_run_are_its_parts(text: str) -> None:
    spelt = [text[start:end].lower() for start, end in part_spans(text)]
    assert tuple(spelt) == split_run(text).parts


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    """But for the humps: a text in small letters has the words of its folded form."""
    for run in RUN.findall(normal_text(text)):
        folded = run.casefold()
        if run.islower() and folded == run:
            assert split_run(run).parts == split_run(folded).parts
