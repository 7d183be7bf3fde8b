"""Which statements are short enough for the loop's thread, as those before them tell.

A hand-over to another thread takes longer than a short statement does.  While nobody
else waits a statement may take some time; beside others it must take hardly any, or
they are better under way at the same time.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Hashable, NamedTuple, Type

from ..messages.base_request import FieldRequest
from ..request import (
    BeginTransactionRequest,
    CommitTransactionRequest,
    CountRequest,
    DeleteRequest,
    InsertRequest,
    RollbackTransactionRequest,
    SavepointRequest,
    SelectRequest,
    UpdateRequest,
)

_SHORT_BY_NATURE: FrozenSet[Type[FieldRequest]] = frozenset(
    {
        SelectRequest,
        CountRequest,
        InsertRequest,
        UpdateRequest,
        DeleteRequest,
        BeginTransactionRequest,
        CommitTransactionRequest,
        RollbackTransactionRequest,
        SavepointRequest,
    }
)
_ALONE = 0.003
_BESIDE_OTHERS = 0.0002
_REMEMBERED = 0.25
_MAX_REMEMBERED = 1024


class _Past(NamedTuple):
    """How long the last two statements of a shape took, and when the last ended."""

    last: float
    before: float
    ended: float


class Pace:
    """How long statements took on the loop's thread, by their shape."""

    def __init__(self) -> None:
        """Know nothing: what is short by nature is tried."""
        self._past: Dict[Hashable, _Past] = {}

    def is_short(self, shape: Hashable, now: float, *, alone: bool) -> bool:
        """Tell whether a statement of a shape is short, as far as one can know.

        One that took long says nothing, the process may have lost its core; two do,
        for a while.
        """
        past = self._past.get(shape)
        if past is None:
            return True
        limit = _ALONE if alone else _BESIDE_OTHERS
        return (
            past.last <= limit or past.before <= limit or now > past.ended + _REMEMBERED
        )

    def note(self, shape: Hashable, start: float, end: float) -> None:
        """Note how long a statement took."""
        past = self._past.get(shape)
        if past is None and len(self._past) >= _MAX_REMEMBERED:
            self._past.clear()
        before = 0.0 if past is None else past.last
        self._past[shape] = _Past(end - start, before, end)


def is_short_by_nature(request: FieldRequest) -> bool:
    """Tell whether requests like this one are short, most of them."""
    return type(request) in _SHORT_BY_NATURE
