"""A memory of what runs become: code says the same names again and again."""

from __future__ import annotations

from typing import Callable, Dict, TypeVar

T = TypeVar("T")

_KEPT = 50_000
_LONGEST = 128
"""Letters of a run that is remembered; longer ones are data, and do not come again."""


class RunMemory(Dict[str, T]):
    """What each run becomes, worked out once; any thread may look."""

    def __init__(self, make: Callable[[str], T]) -> None:
        """Remember what ``make`` makes."""
        super().__init__()
        self._make = make

    def __missing__(self, run: str) -> T:
        """Work it out and remember it; all others go where they become too many."""
        made = self._make(run)
        if len(run) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[run] = made
        return made
