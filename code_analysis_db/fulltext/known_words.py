"""The words of the runs of contents, as a database is given them."""

from __future__ import annotations

from typing import Dict

from .analyser import split_run
from .form import Form

_MOST_LETTERS = 1_000_000


class KnownWords(Dict[str, str]):
    """The parts of each run, worked out once; any thread may look.

    Nothing is ever forgotten: who has the parts of a run finds its wholes too.  One
    that is full is to be replaced.

    Attributes:
        wholes: of those runs that have any.
    """

    def __init__(self, form: Form) -> None:
        """Write words in ``form``."""
        super().__init__()
        self.wholes: Dict[str, str] = {}
        self._form = form
        self._letters = 0

    @property
    def is_full(self) -> bool:
        """Whether the runs take so much memory that it does not pay to know them."""
        return self._letters > _MOST_LETTERS

    def __missing__(self, run: str) -> str:
        """Split a run; its parts are there last, when its wholes are."""
        split = split_run(run)
        if split.wholes:
            self.wholes[run] = " ".join(map(self._form.whole, split.wholes))
        parts = " ".join(map(self._form.part, split.parts))
        self[run] = parts
        self._letters += len(run)
        return parts
