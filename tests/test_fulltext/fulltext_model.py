"""What a query finds, by the words of texts in Python; and random texts and queries."""

from __future__ import annotations

from typing import List, Optional, Sequence

from hypothesis import strategies as st

from code_analysis_db.fulltext import Phrase, parse_query
from code_analysis_db.fulltext.analyser import RUN, normal_text, split_run

_WORDS = (
    "get table getTable get_table GetTable gettable HTTPServer httpServer http a ab b"
    " the of in x1 1 12 é É e\u0301 ß SS ss ÜBER über Σ ς σ İ i ﬁ fi 日 日本 本日 テ"
    " Ω Ωmega \u01c5 ½ _ __ OR or - * ".split(" ")
) + ["x" * 63, "x" * 64, "x" * 65, "é" * 19 + "ab", "é" * 20, "日" * 3]

_SEPARATORS = [
    "",
    " ",
    " ",
    " ",
    "_",
    ".",
    "\n",
    "-",
    '"',
    "*",
    " OR ",
    " -",
    "\0",
    "'",
]

_WORDY = st.lists(
    st.tuples(st.sampled_from(_WORDS), st.sampled_from(_SEPARATORS)), max_size=8
).map(lambda pieces: "".join(word + separator for word, separator in pieces))

_LETTERS = st.characters(exclude_categories=["Cs"])

QUERIES = _WORDY | st.text(_LETTERS, max_size=12)
"""Any text that can be sent, most of words that are in :data:`CONTENTS`."""

CONTENTS = QUERIES.map(lambda text: text.replace("\0", " "))
"""Texts that a database takes."""


def matches(texts: Sequence[Optional[str]], query: str) -> bool:
    """Tell whether a row with these texts is found."""
    asked = parse_query(query)
    if not asked.required:
        return False
    fields = [_Field(text) for text in texts if text is not None]
    if any(field.has(phrase) for field in fields for phrase in asked.excluded):
        return False
    return all(
        any(field.has(phrase) for field in fields for phrase in choice)
        for choice in asked.required
    )


class _Field:
    """The words of one text."""

    def __init__(self, text: str) -> None:
        """Split it."""
        splits = [split_run(run) for run in RUN.findall(normal_text(text))]
        self._parts: List[str] = [part for split in splits for part in split.parts]
        self._wholes = {whole for split in splits for whole in split.wholes}

    def has(self, phrase: Phrase) -> bool:
        """Tell whether a phrase is there."""
        count = len(phrase.words)
        stretches = [
            self._parts[start : start + count]
            for start in range(len(self._parts) - count + 1)
        ]
        if count == 1:
            stretches += [[whole] for whole in self._wholes]
        return any(_is(stretch, phrase) for stretch in stretches)


def _is(words: Sequence[str], phrase: Phrase) -> bool:
    """Tell whether words are a phrase."""
    *firsts, last = phrase.words
    if list(words[:-1]) != firsts:
        return False
    return words[-1].startswith(last) if phrase.is_prefix else words[-1] == last
