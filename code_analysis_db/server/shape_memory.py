"""Which reads were too long for the loop thread a short while ago."""

from __future__ import annotations

from typing import Dict, Hashable

from ..messages.base_request import FieldRequest

_MOST = 1024


class ShapeMemory:
    """Remembers shapes of requests for some time.

    Requests of one shape (the same table, columns of ``where``, limit; the same
    operations of a batch) take about as long as each other.
    """

    def __init__(self, seconds: float) -> None:
        """Remember each for so many seconds."""
        self._seconds = seconds
        self._until: Dict[Hashable, float] = {}

    def has(self, request: FieldRequest, now: float) -> bool:
        """Whether the shape of ``request`` was noted a short while before ``now``."""
        if not self._until:
            return False
        until = self._until.get(shape_of(request))
        return until is not None and now < until

    def forget(self, request: FieldRequest) -> None:
        """Forget the shape of ``request``."""
        if self._until:
            self._until.pop(shape_of(request), None)

    def note(self, request: FieldRequest, now: float) -> None:
        """Note the shape of ``request``."""
        if len(self._until) >= _MOST:
            self._until.clear()
        self._until[shape_of(request)] = now + self._seconds


def shape_of(request: FieldRequest) -> Hashable:
    """Return what reads that take about as long have in common."""
    where = getattr(request, "where", None)
    return (
        type(request),
        getattr(request, "table_name", None) or getattr(request, "sql", None),
        tuple(where) if where else None,
        getattr(request, "limit", None),
        tuple(
            (name, fields.get("table_name"))
            for name, fields in getattr(request, "operations", ())
        ),
    )
