"""The text that a database indexes in place of a content: its words.

The parts come in their order, so that neighbours in the content are neighbours here;
the wholes follow, each once, marked, so that they are neighbours of no part.

Of a very long text (beyond 100,000 letters) the words are cut once they would take
more than PostgreSQL's ``tsvector`` holds, a megabyte; what follows is not found, on
any database.
"""

from __future__ import annotations

from typing import Iterable, List, Sequence

from .analyser import RUN, normal_text, split_run
from .form import Form
from .known_words import KnownWords
from .run_memory import RunMemory

_SHORT_ASCII = 200_000
_SHORT_TEXT = 100_000
"""Letters whose words have room whatever they are."""
_MOST_BYTES = 1_000_000
_BYTES_OF_PLACE = 2
_BYTES_OF_WORD = 7
_SPACED = "".join(c if RUN.match(c) else " " for c in map(chr, range(128)))
"""What ASCII text is translated by to be split at spaces, which takes half the time
that :data:`~.analyser.RUN` takes."""


class WordsText:
    """Writes the words of contents in one form; any thread may use it."""

    def __init__(self, form: Form) -> None:
        """Write in ``form``."""
        self._form = form
        self._known = KnownWords(form)

    def write(self, content: str) -> str:
        """Return the words of a content, with spaces between them."""
        runs = indexed_runs(content)
        known = self._known
        words = [*map(known.__getitem__, runs)]
        wholes = known.wholes
        words += sorted(map(wholes.__getitem__, wholes.keys() & runs))
        if known.is_full:
            self._known = KnownWords(self._form)
        return " ".join(filter(None, words))


def indexed_runs(content: str) -> Sequence[str]:
    """Return the runs of a content, as many as are indexed."""
    is_ascii = content.isascii()
    runs: List[str]
    if is_ascii:
        runs = content.translate(_SPACED).split()
    else:
        runs = RUN.findall(normal_text(content))
    if len(content) <= (_SHORT_ASCII if is_ascii else _SHORT_TEXT):
        return runs
    return runs[: _room(runs)]


def _room(runs: Iterable[str]) -> int:
    """Return how many runs a ``tsvector`` has room for, whatever they are."""
    left = _MOST_BYTES
    known: RunMemory[int] = RunMemory(lambda run: len(split_run(run).parts))
    count = 0
    for count, run in enumerate(runs):
        if run not in known:
            split = split_run(run)
            left -= sum(map(_size, (*split.parts, *split.wholes)))
        left -= _BYTES_OF_PLACE * known[run]
        if left < 0:
            return count
    return count + 1


def _size(word: str) -> int:
    """Return how many bytes a word takes in the longest form."""
    return _BYTES_OF_WORD + (len(word) if word.isascii() else 4 * len(word))
