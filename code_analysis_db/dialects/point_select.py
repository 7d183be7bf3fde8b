"""Selects by given values of some columns, kept ready.

Most reads of a client are of this kind, and of few shapes: what the statement depends
on is the names in the ``where`` alone.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from .statement import Statement

_MOST = 256

#: Types whose values are compared with a column as they are.
PLAIN_TYPES = frozenset({str, int, float, bool, bytes})

Comparand = Callable[[Any], Any]
"""Checks a value to compare a column with, and returns it in stored form."""


class PointSelects:
    """The selects of whole rows by plain values, under the names in the ``where``."""

    def __init__(self) -> None:
        """Keep none yet."""
        self._kept: Dict[Tuple[Any, ...], Tuple[Statement, List[Comparand]]] = {}

    def find(self, where: Mapping[Any, Any]) -> Optional[Statement]:
        """Return the select of a ``where``, None where none is kept for it.

        Raises:
            InvalidValueError: a value does not fit its column.
        """
        found = self._kept.get(tuple(where))
        if found is None:
            return None
        kept, comparands = found
        params: List[Any] = []
        for comparand, value in zip(comparands, where.values()):
            if type(value) not in PLAIN_TYPES:
                return None
            params.append(comparand(value))
        return Statement(kept.sql, params, kept.columns, kept.decode)

    def keep(
        self, where: Mapping[Any, Any], comparands: List[Comparand], made: Statement
    ) -> None:
        """Keep the select that was made for a ``where`` of plain values."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[tuple(where)] = (made, comparands)
