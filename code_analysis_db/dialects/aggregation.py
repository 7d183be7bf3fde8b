"""What an aggregate call asks for: functions over columns, and groups."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

from ..enums import LogicalType
from ..exceptions import DriverQueryError, UnknownColumnError
from ..schema import near_hint
from ..short_repr import short_repr
from .base import Dialect
from .column_codec import ColumnCodec
from .storage import Converter

_ADDABLE = frozenset({LogicalType.INTEGER, LogicalType.REAL, LogicalType.DECIMAL})
_ORDERED = _ADDABLE | {
    LogicalType.TEXT,
    LogicalType.DATETIME,
    LogicalType.DATE,
    LogicalType.TIME,
}
_FUNCTION_TYPES: Dict[str, FrozenSet[LogicalType]] = {
    "count": frozenset(LogicalType),
    "count_distinct": frozenset(LogicalType),
    "sum": _ADDABLE,
    "avg": _ADDABLE,
    "min": _ORDERED,
    "max": _ORDERED,
}
_EVERY_ROW = "*"


class Aggregate(NamedTuple):
    """One result: its name, the function, and the column or ``*``."""

    result: str
    function: str
    column: str


def read_aggregates(
    given: Any, codecs: Mapping[str, ColumnCodec], table_name: str
) -> Tuple[Aggregate, ...]:
    """Read ``{result: (function, column)}``.

    Raises:
        DriverQueryError: an unknown function or column, or one that has no such
            function.
    """
    if not isinstance(given, Mapping) or not given:
        raise DriverQueryError(
            "aggregates is a dict of results, each a function and a column,"
            f" not {short_repr(given)}",
            table=table_name,
        )
    return tuple(
        _read_aggregate(result, stated, codecs, table_name)
        for result, stated in given.items()
    )


def _read_aggregate(
    result: Any, stated: Any, codecs: Mapping[str, ColumnCodec], table_name: str
) -> Aggregate:
    """Read one result."""
    if (
        not isinstance(result, str)
        or not isinstance(stated, (list, tuple))
        or len(stated) != 2
    ):
        raise DriverQueryError(
            f"the aggregate {short_repr(result)} is a function and a column, not"
            f" {short_repr(stated)}",
            table=table_name,
        )
    function, column = stated
    types = _FUNCTION_TYPES.get(function) if isinstance(function, str) else None
    if types is None:
        raise DriverQueryError(
            f"unknown aggregate function {short_repr(function)}; known are"
            f" {', '.join(_FUNCTION_TYPES)}{near_hint(function, _FUNCTION_TYPES)}",
            table=table_name,
        )
    if column == _EVERY_ROW and function == "count":
        return Aggregate(result, function, column)
    codec = codecs.get(column) if isinstance(column, str) else None
    if codec is None:
        raise UnknownColumnError(
            f"table {table_name!r} has no column {short_repr(column)}"
            f"{near_hint(column, codecs)}",
            table=table_name,
        )
    if codec.column.type not in types:
        raise DriverQueryError(
            f"{function} is not offered over the {codec.column.type.value} column"
            f" {column!r} of table {table_name!r}",
            table=table_name,
            column=column,
        )
    return Aggregate(result, function, column)


def aggregate_text(
    aggregate: Aggregate, codecs: Mapping[str, ColumnCodec], dialect: Dialect
) -> str:
    """Return the SQL of a result."""
    if aggregate.column == _EVERY_ROW:
        return "count(*)"
    codec = codecs[aggregate.column]
    if aggregate.function == "count":
        return f"count({codec.quoted})"
    if aggregate.function == "count_distinct":
        return f"count(DISTINCT {codec.term})"
    return dialect.aggregate_call(aggregate.function, codec.column)


def aggregate_decoders(
    aggregates: Tuple[Aggregate, ...], codecs: Mapping[str, ColumnCodec]
) -> List[Optional[Converter]]:
    """Return the decoder of each result."""
    return [
        (
            None
            if aggregate.function in ("count", "count_distinct")
            else codecs[aggregate.column].decode
        )
        for aggregate in aggregates
    ]
