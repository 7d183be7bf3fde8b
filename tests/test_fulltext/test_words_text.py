"""The words that are indexed in place of a content."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db.fulltext import ENCODED, PLAIN, Form, WordsText, known_words
from code_analysis_db.fulltext.analyser import RUN, split_run

CONTENTS = [
    "def getTable(self, the_name): return self.get_table(the_name)",
    "plain words, and plain words",
    "_ __ ___",
    "",
    "separated\x1cby\x1dwhat\x85is\tno letter",
    "Straße naïve 漢字 HTTPServer2 ٣",
    "x" * 300 + " aB" * 3,
]


def expected(content: str, form: Form) -> List[str]:
    """Return the words of a content that is normal, in any order."""
    splits = [split_run(run) for run in RUN.findall(content)]
    distinct = [split_run(run) for run in set(RUN.findall(content))]
    parts = [form.part(word) for split in splits for word in split.parts]
    return sorted(
        parts + [form.whole(word) for split in distinct for word in split.wholes]
    )


@pytest.mark.parametrize("form", [PLAIN, ENCODED])
def test_the_words_are_those_of_the_runs(form: Form) -> None:
    """Every part as often as it stands there, the wholes of each run once."""
    words = WordsText(form)
    for content in CONTENTS:
        assert sorted(words.write(content).split()) == expected(content, form)


def test_parts_keep_their_order_and_wholes_follow() -> None:
    """Neighbours in the content are neighbours in the words."""
    words = WordsText(PLAIN)
    assert words.write("a getTable, b: c_d") == "a get table b c d _cd _gettable"


def test_words_are_the_same_whatever_was_written_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where what is known has to make room again and again."""
    monkeypatch.setattr(known_words, "_MOST_LETTERS", 20)
    words, first = WordsText(PLAIN), [WordsText(PLAIN).write(c) for c in CONTENTS]
    for _ in range(3):
        assert [words.write(content) for content in CONTENTS] == first
