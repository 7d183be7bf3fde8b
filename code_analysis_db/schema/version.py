"""The order of versions of a schema.

Numbers in a version count as numbers (``1.10`` is newer than ``1.9``, ``1.0`` is the
same as ``1``), and a release is newer than what was tried before it (``1.0rc1``).  A
version that stands for the schema's content has no order.
"""

from __future__ import annotations

import re
from typing import Any, List, Optional, Tuple

from .faults import Faults
from ..short_repr import short_repr

DIGEST_PREFIX = "sha256:"

_MAX_LENGTH = 200

_NUMBERED = re.compile(r"v?(?P<numbers>[0-9]+(?:\.[0-9]+)*)(?P<rest>.*)", re.DOTALL)
_TRIAL = re.compile(r"[-._]?([a-z]+)[-._]?")
_PIECES = re.compile(r"[0-9]+|[^0-9]+")

_TRIALS = {
    **{"dev": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2},
    **{"c": 3, "rc": 3, "pre": 3, "preview": 3},
}
_RELEASE = 4

_Order = Tuple[Any, ...]


def read_version(given: Any, path: str, faults: Faults) -> Optional[str]:
    """Return the version that a definition states.

    That of an exported schema which had none is a digest of that schema, and states
    nothing of this one.
    """
    if given is None:
        return None
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        given = str(given)
    if not isinstance(given, str) or not given.isprintable() or not given.strip():
        faults.add(path, f"must be text or a number, not {short_repr(given)}")
        return None
    if len(given) > _MAX_LENGTH:
        faults.add(path, f"{short_repr(given)} is longer than {_MAX_LENGTH}")
    return None if given.startswith(DIGEST_PREFIX) else given


def is_newer(stored: str, wanted: str) -> bool:
    """Tell whether the version that a database has is newer than the one wanted.

    It is not where the two have no order.
    """
    if stored.startswith(DIGEST_PREFIX) or wanted.startswith(DIGEST_PREFIX):
        return False
    one, other = _order(stored.strip()), _order(wanted.strip())
    return one[0] == other[0] and one > other


def _order(version: str) -> _Order:
    """Return what versions are sorted by, first whether it starts with a number."""
    folded = version.casefold()
    found = _NUMBERED.fullmatch(folded)
    if found is None:
        return (False, _natural(folded))
    numbers = [int(number) for number in found["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    rest = found["rest"]
    trial = _TRIAL.match(rest)
    if trial is not None and trial[1] in _TRIALS:
        return (True, numbers, _TRIALS[trial[1]], _natural(rest[trial.end() :]))
    return (True, numbers, _RELEASE, _natural(rest))


def _natural(text: str) -> List[Tuple[bool, int, str]]:
    """Return the pieces of a text, numbers as numbers and before letters."""
    return [
        (False, int(piece), "") if piece[0] in "0123456789" else (True, 0, piece)
        for piece in _PIECES.findall(text)
    ]
