"""Selects by given values of some columns, kept ready.

Most reads of a client are of this kind, and of few shapes: what such a statement
depends on is the names in its ``where`` alone.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from .selection import Selection
from .statement import Statement

_MOST = 256

#: Types whose values are compared with a column as they are.
PLAIN_TYPES = frozenset({str, int, float, bool, bytes})

Comparand = Callable[[Any], Any]
"""Checks a value to compare a column with, and returns it in stored form."""

_Kept = Tuple[Statement, List[Comparand]]


class SelectMaker:
    """Makes selects over a table, those by plain values of what it has kept."""

    def __init__(
        self,
        select: Callable[..., Statement],
        comparands: Callable[[Mapping[Any, Any]], Optional[List[Comparand]]],
    ) -> None:
        """Keep nothing yet.

        Args:
            select: makes any select.
            comparands: gives what takes each value of a ``where`` of plain values.
        """
        self._select = select
        self._comparands = comparands
        self._kept: Dict[Tuple[Any, ...], _Kept] = {}

    def make(self, wanted: Selection) -> Statement:
        """Make the select that is asked for.

        Raises:
            DriverQueryError: an argument that does not fit the table.
        """
        where = wanted.where
        if (
            type(where) is not dict
            or wanted.columns is not None
            or wanted.limit is not None
            or wanted.offset is not None
            or wanted.after is not None
            or wanted.order_by
            or wanted.distinct
        ):
            return self._select(
                where,
                wanted.columns,
                wanted.limit,
                wanted.offset,
                wanted.order_by,
                wanted.distinct,
                wanted.after,
            )
        kept = self._kept.get(tuple(where))
        if kept is None:
            return self._make_and_keep(where)
        (sql, _, columns, decode, _), comparands = kept
        params: List[Any] = []
        for comparand, value in zip(comparands, where.values()):
            if type(value) not in PLAIN_TYPES:
                return self._select(where)
            params.append(comparand(value))
        return Statement(sql, params, columns, decode)

    def _make_and_keep(self, where: Mapping[Any, Any]) -> Statement:
        """Make the select of a ``where``, and keep it if its values are plain."""
        made = self._select(where)
        comparands = self._comparands(where)
        if comparands:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[tuple(where)] = (made, comparands)
        return made
