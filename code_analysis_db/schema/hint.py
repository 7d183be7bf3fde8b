"""Hints for misspelt names, to append to an error's message."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterable


def near_hint(name: object, candidates: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest candidate, or ``""``.

    A candidate that differs in case only is the nearest of all.
    """
    if not isinstance(name, str):
        return ""
    folded = {candidate.casefold(): candidate for candidate in candidates}
    near = get_close_matches(name.casefold(), folded, n=1)
    return f"; did you mean {folded[near[0]]!r}?" if near else ""
