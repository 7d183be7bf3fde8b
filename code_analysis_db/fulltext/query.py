"""The language of queries; any text is one.

========================  =====================================================
``word word``             both must be there, in any place and order
``"words in quotes"``     one after the other
``-word``                 must not be there; quotes may follow the ``-`` too
``this OR that``          one of them must be there
``word*``                 any word that starts so
========================  =====================================================

Everything else is text, split into words by the analyser that splits the contents; what
stands there without spaces (``os.path``, ``get_table``) must be there one after the
other.  A query that asks for no word finds nothing.  Of a long one the first 32 words
and quotes count, and of each of them the first 32 words.
"""

from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple, Optional, Tuple

from .analyser import RUN, normal_text, split_run

_TERM = re.compile(r'(-?)"([^"]*)"?(\*?)|(\S+)')
_OR = "OR"
_MOST_TERMS = 32
_MOST_WORDS = 32


class Phrase(NamedTuple):
    """Words that follow each other; a single one may be a whole identifier too.

    Attributes:
        words: one at least.
        is_prefix: whether the last one is the start of a word.
    """

    words: Tuple[str, ...]
    is_prefix: bool = False


Choice = Tuple[Phrase, ...]
"""Phrases of which one must be there."""


class Query(NamedTuple):
    """What is searched for.

    Attributes:
        required: one phrase of each of these must be there; none finds nothing.
        excluded: none of these may be there.
    """

    required: Tuple[Choice, ...]
    excluded: Choice

    @property
    def phrases(self) -> Iterator[Phrase]:
        """Every phrase that is searched for."""
        for choice in self.required:
            yield from choice


def parse_query(text: str) -> Query:
    """Return what a text asks for."""
    required: List[Choice] = []
    excluded: List[Phrase] = []
    joins = False
    open_to_join = False
    for found in list(_TERM.finditer(normal_text(text)))[:_MOST_TERMS]:
        minus, quoted, star, bare = found.groups()
        if bare == _OR:
            joins = open_to_join
            continue
        if bare is not None:
            minus = "-" if bare.startswith("-") else ""
            star = "*" if bare.endswith("*") else ""
        choice = _choice(quoted if bare is None else bare, bool(star))
        if choice is None:
            continue
        if minus:
            excluded += choice
        elif joins:
            required[-1] += choice
        else:
            required.append(choice)
        joins, open_to_join = False, not minus
    return Query(tuple(required), tuple(excluded) if required else ())


def _choice(text: str, is_prefix: bool) -> Optional[Choice]:
    """Return what a term asks for, None where it has no word.

    An identifier of several parts is searched for by them and as a whole.
    """
    splits = [split for run in RUN.findall(text) if (split := split_run(run)).parts]
    words = tuple(word for split in splits for word in split.parts)[:_MOST_WORDS]
    if not words:
        return None
    phrase = Phrase(words, is_prefix)
    if len(splits) == 1 and len(words) > 1 and splits[0].wholes:
        return (phrase, Phrase(splits[0].wholes[-1:], is_prefix))
    return (phrase,)
