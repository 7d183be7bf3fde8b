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
from .run_memory import RunMemory

_SHORT_ASCII = 200_000
_SHORT_TEXT = 100_000
"""Letters whose words have room whatever they are."""
_MOST_BYTES = 1_000_000
_BYTES_OF_PLACE = 2
_BYTES_OF_WORD = 7


class WordsText:
    """Writes the words of contents in one form; any thread may use it."""

    def __init__(self, form: Form) -> None:
        """Write in ``form``."""
        self._form = form
        self._parts: RunMemory[str] = RunMemory(self._parts_of)
        self._wholes: RunMemory[str] = RunMemory(self._wholes_of)

    def write(self, content: str) -> str:
        """Return the words of a content, with spaces between them."""
        runs = indexed_runs(content)
        words = [*map(self._parts.__getitem__, runs)]
        distinct = set(runs)
        distinct.difference_update(words)
        words += map(self._wholes.__getitem__, sorted(distinct))
        return " ".join(filter(None, words))

    def _parts_of(self, run: str) -> str:
        """Return the parts of a run, and keep its wholes, for which one splits."""
        split = split_run(run)
        self._wholes.keep(run, " ".join(map(self._form.whole, split.wholes)))
        return " ".join(map(self._form.part, split.parts))

    def _wholes_of(self, run: str) -> str:
        """Return the wholes of a run."""
        return " ".join(map(self._form.whole, split_run(run).wholes))


def indexed_runs(content: str) -> Sequence[str]:
    """Return the runs of a content, as many as are indexed."""
    runs: List[str] = RUN.findall(normal_text(content))
    if len(content) <= (_SHORT_ASCII if content.isascii() else _SHORT_TEXT):
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
