r"""Reading a ``where`` dict into a condition and its parameters.

A key is a column, or ``or``, ``and``, ``not``, which nest.  A leading backslash says
that the rest is a column's name whatever it is: ``{"\\or": 5}`` tests the column
``or`` (and ``{"\\\\x": 5}`` a column whose name is ``\x``).

``{"refers_to": where}`` for a column that is a foreign key is a condition over the row
that it refers to (see :mod:`.table_conditions`).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from ..exceptions import DriverQueryError, UnknownColumnError
from ..schema import near_hint
from ..schema.where_key import ESCAPE, LOGICAL_KEYS
from ..short_repr import short_repr
from .base import Dialect
from .column_codec import ColumnCodec
from .condition import Condition, all_of, any_of, is_null, negation, settled
from .select_maker import PLAIN_TYPES, Comparand
from .where_operator import Match, OperatorReader

_MAX_DEPTH = 15
"""SQLite's parser has room for 100 symbols (YYSTACKDEPTH; no end from 3.46 on), of
which one level of a condition takes up to six."""

_REFERS_TO = "refers_to"
_REFERENCE_DEPTH = 3
"""The levels that a condition over another table counts for."""

Refer = Callable[[ColumnCodec, Any, List[Any], int], Condition]
"""Reads a condition over the row that a column refers to."""


class WhereReader:
    """Reads the conditions over one table."""

    def __init__(
        self,
        table_name: str,
        codecs: Mapping[str, ColumnCodec],
        dialect: Dialect,
        packs: bool = True,
        refer: Optional[Refer] = None,
        match: Optional[Match] = None,
    ) -> None:
        """Prepare the keys that a ``where`` may have.

        Args:
            packs: whether lists may go in one parameter; not where literals are to
                stand in the text.
            refer: reads conditions over other tables; None refuses them.
            match: reads what is asked of a fulltext index; None refuses it.
        """
        self._refer = refer
        self._table_name = table_name
        self._names = tuple(codecs)
        self._operators = OperatorReader(table_name, dialect, packs, match)
        self._by_key: Dict[str, ColumnCodec] = {}
        for name, codec in codecs.items():
            self._by_key[ESCAPE + name] = codec
            if name not in LOGICAL_KEYS and not name.startswith(ESCAPE):
                self._by_key[name] = codec

    def read(self, where: Any, params: List[Any], depth: int = 0) -> Condition:
        """Return the condition and append its parameters.

        Raises:
            DriverQueryError: unknown columns and operators, and what they do not take.
        """
        parts: List[Condition] = []
        mark = len(params)
        by_key = self._by_key
        if type(where) is not dict and not isinstance(where, Mapping):
            raise self._fault(f"where is a dict, not {short_repr(where)}")
        for key, value in where.items():
            codec = by_key.get(key)
            if codec is None:
                parts.append(self._read_logical(key, value, params, depth))
            elif type(value) in PLAIN_TYPES:
                params.append(codec.comparand(value))
                parts.append(("eq", codec.column.name))
            elif value is None and codec.column.nullable:
                parts.append(is_null(codec.column.name))
            elif isinstance(value, (dict, Mapping)):
                parts.append(self._read_operators(codec, value, params, depth))
            elif isinstance(value, (list, tuple, set, frozenset)):
                parts.append(self._operators.read(codec, "in", value, params))
            elif value is None:
                parts.append(self._operators.read(codec, "eq", value, params))
            else:
                params.append(codec.comparand(value))
                parts.append(("eq", codec.column.name))
        if len(parts) == 1:
            return parts[0]
        return settled(all_of(parts), params, mark)

    def comparands(self, where: Mapping[Any, Any]) -> Optional[List[Comparand]]:
        """Return what takes each value of a ``where`` that gives a plain value for
        every column it names; None for any other."""
        codecs = [self._by_key.get(key) for key in where]
        if not PLAIN_TYPES.issuperset(map(type, where.values())):
            return None
        return (
            None if None in codecs else [codec.comparand for codec in codecs if codec]
        )

    def _read_operators(
        self,
        codec: ColumnCodec,
        operators: Mapping[str, Any],
        params: List[Any],
        depth: int,
    ) -> Condition:
        """Read ``{operator: value, …}``, joined by AND."""
        if not operators:
            raise self._fault(f"column {codec.column.name!r} has an empty condition")
        mark = len(params)
        parts = [
            (
                self._read_reference(codec, value, params, depth)
                if name == _REFERS_TO
                else self._operators.read(codec, name, value, params)
            )
            for name, value in operators.items()
        ]
        return settled(all_of(parts), params, mark)

    def _read_reference(
        self, codec: ColumnCodec, where: Any, params: List[Any], depth: int
    ) -> Condition:
        """Read ``{"refers_to": where}``."""
        if self._refer is None:
            raise self._fault(f"{_REFERS_TO!r} reaches into another table")
        if depth + _REFERENCE_DEPTH > _MAX_DEPTH:
            raise self._fault(f"where nests more than {_MAX_DEPTH} deep")
        mark = len(params)
        condition = self._refer(codec, where, params, depth + _REFERENCE_DEPTH)
        return settled(condition, params, mark)

    def _read_logical(
        self, key: Any, value: Any, params: List[Any], depth: int
    ) -> Condition:
        """Read ``or``, ``and`` or ``not``."""
        read = _LOGICAL.get(key) if isinstance(key, str) else None
        if read is None:
            raise self._unknown_column(key)
        if depth >= _MAX_DEPTH:
            raise self._fault(f"where nests more than {_MAX_DEPTH} deep")
        mark = len(params)
        condition = read(self, value, params, depth + 1)
        return settled(condition, params, mark)

    def _read_or(self, value: Any, params: List[Any], depth: int) -> Condition:
        """``"or": [where, …]``; an empty list matches no row."""
        return any_of(self._read_each("or", value, params, depth))

    def _read_and(self, value: Any, params: List[Any], depth: int) -> Condition:
        """``"and": [where, …]``."""
        parts = self._read_each("and", value, params, depth)
        if not parts:
            raise self._fault("'and' has an empty list")
        return all_of(parts)

    def _read_not(self, value: Any, params: List[Any], depth: int) -> Condition:
        """``"not": where``."""
        return negation(self.read(value, params, depth))

    def _read_each(
        self, key: str, value: Any, params: List[Any], depth: int
    ) -> List[Condition]:
        """Read a list of conditions."""
        if not isinstance(value, (list, tuple)):
            column = f"; for the column {key!r} write {ESCAPE + key!r}"
            raise self._fault(
                f"{key!r} takes a list of where dicts, not {short_repr(value)}"
                + (column if key in self._names else "")
            )
        return [self.read(part, params, depth) for part in value]

    def _unknown_column(self, key: Any) -> DriverQueryError:
        """Return the error for a key that is no column."""
        return UnknownColumnError(
            f"table {self._table_name!r} has no column {short_repr(key)}"
            f"{near_hint(key, self._names)}",
            table=self._table_name,
        )

    def _fault(self, message: str) -> DriverQueryError:
        """Return the error for a ``where`` that is none."""
        return DriverQueryError(
            f"{message} (table {self._table_name!r})", table=self._table_name
        )


_LOGICAL: Dict[str, Callable[[WhereReader, Any, List[Any], int], Condition]] = {
    "or": WhereReader._read_or,
    "and": WhereReader._read_and,
    "not": WhereReader._read_not,
}
