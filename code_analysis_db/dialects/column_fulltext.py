"""Fulltext indexes of servers: hidden columns of words beside the table's own.

Each indexed column has a hidden one for its words, in a form that any tokenizer leaves
alone (:data:`~..fulltext.ENCODED`).  The driver fills it with the very statement that
writes the row: no trigger, no second round trip, and a cascade takes it along.  It
starts with a digest of the content, so that rows which somebody else has written are
found (:meth:`ColumnFulltext.stale`) and analysed anew: after raw SQL through the
driver, in its transaction, and when an index is made.

The server narrows by words, and a phrase is tested on the words' text: positions in an
index have limits that phrases would be lost by (PostgreSQL keeps 256 of a word).
"""

from __future__ import annotations

from abc import abstractmethod
from hashlib import sha256
from typing import Any, List, Sequence

from ..fulltext import ENCODED, Phrase, WordsText
from ..schema import INTERNAL_PREFIX, Index, Table
from .fulltext import Fulltext, HiddenColumn

NO_CONTENT = "-"
"""The words of NULL."""
DIGEST_LENGTH = 32

_words = WordsText(ENCODED)


def digested_words(content: Any) -> str:
    """Return what a hidden column has for a content: its digest and its words, each
    between spaces."""
    if not isinstance(content, str):
        return NO_CONTENT
    digest = sha256(content.encode("utf-8", "replace")).hexdigest()
    return f"{digest[:DIGEST_LENGTH]} {_words.write(content)} "


def words_columns(index: Index) -> List[HiddenColumn]:
    """Return the columns of words of an index.

    Their names are made of the index's, which does not change with a rename.
    """
    return [
        HiddenColumn(f"{_prefix(index)}{place}", source, digested_words)
        for place, source in enumerate(index.column_names)
    ]


def _prefix(index: Index) -> str:
    """Return how the hidden columns of an index start, short enough for any name."""
    return f"{INTERNAL_PREFIX}{sha256(index.name.encode()).hexdigest()[:12]}_"


class ColumnFulltext(Fulltext):
    """What the fulltext indexes of servers share."""

    follows_raw_sql = False
    _none = f"'{NO_CONTENT}'"

    def __init__(self, quote: str, placeholder: str) -> None:
        """Write names between ``quote``, and ``placeholder`` for parameters."""
        self._quotation = quote
        self._mark = placeholder

    def hidden_of(self, index: Index) -> Sequence[HiddenColumn]:
        """Return the columns of words of an index."""
        return words_columns(index)

    def stale(self, table: Table) -> str:
        """Return the select of the keys and contents of rows whose words are not those
        of their contents, up to so many as its parameter says."""
        sources = list(dict.fromkeys(hidden.source for hidden in self.hidden(table)))
        shown = ", ".join(map(self._quote, (*table.primary_key, *sources)))
        tests = [
            f"LEFT({self._quote(hidden.name)}, {DIGEST_LENGTH}) <> COALESCE("
            f"{self._digest(self._quote(hidden.source))}, {self._none})"
            for hidden in self.hidden(table)
        ]
        return (
            f"SELECT {shown} FROM {self._quote(table.name)}"
            f" WHERE {' OR '.join(tests)} LIMIT {self._mark}"
        )

    def refresh(self, table: Table) -> str:
        """Return the update of the words of one row; its parameters are those of the
        hidden columns, then the key."""
        sets = ", ".join(
            f"{self._quote(hidden.name)} = {self._mark}"
            for hidden in self.hidden(table)
        )
        key = " AND ".join(
            f"{self._quote(name)} = {self._mark}" for name in table.primary_key
        )
        return f"UPDATE {self._quote(table.name)} SET {sets} WHERE {key}"

    @abstractmethod
    def _digest(self, source: str) -> str:
        """Return the digest of a column's content: of its SHA-256, which every server
        has (MySQL 9.6 has no MD5 any more), the first half."""

    def _has_phrase(self, index: Index, phrase: Phrase, params: List[Any]) -> str:
        """Return the test that a column has several words one after the other."""
        patterns = [f"% {text}%" for text in _phrase_starts(phrase)]
        tests = []
        for hidden in words_columns(index):
            for pattern in patterns:
                params.append(pattern)
                tests.append(f"{self._quote(hidden.name)} LIKE {self._mark}")
        return f"({' OR '.join(tests)})"

    def _quote(self, name: str) -> str:
        """Return a name as SQL text."""
        quotation = self._quotation
        return quotation + name.replace(quotation, quotation * 2) + quotation


def single_forms(phrase: Phrase) -> Sequence[str]:
    """Return the forms of a phrase of one word."""
    (word,) = phrase.words
    if phrase.is_prefix:
        return ENCODED.beginnings(word)
    return (ENCODED.part(word), ENCODED.whole(word))


def needed_forms(phrase: Phrase) -> List[Sequence[str]]:
    """Return the forms of each word of a phrase of several, of which one must be
    there; the last word's are beginnings where it is a prefix."""
    forms: List[Sequence[str]] = [(ENCODED.part(word),) for word in phrase.words]
    if phrase.is_prefix:
        forms[-1] = ENCODED.part_beginnings(phrase.words[-1])
    return forms


def _phrase_starts(phrase: Phrase) -> List[str]:
    """Return how the words of a phrase stand in a words' text."""
    *firsts, lasts = needed_forms(phrase)
    before = "".join(f"{first} " for (first,) in firsts)
    end = "" if phrase.is_prefix else " "
    return [f"{before}{last}{end}" for last in lasts]
