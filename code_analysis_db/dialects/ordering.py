"""``order_by`` in its forms, and the pages of what it orders.

NULLs come first ascending and last descending.
"""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Sequence, Tuple

from ..enums import Direction, LogicalType
from ..exceptions import DriverQueryError, UnknownColumnError
from ..schema import near_hint
from ..short_repr import short_repr
from .column_codec import ColumnCodec
from .condition import (
    FALSE,
    Condition,
    all_of,
    any_of,
    is_null,
    not_null,
    settled,
)

Order = Tuple[Tuple[str, Direction], ...]

_MAX_COUNT = 2**63 - 1
_DIRECTIONS = {direction.value: direction for direction in Direction}


def read_order(
    order_by: Any, codecs: Mapping[str, ColumnCodec], table_name: str
) -> Order:
    """Return the columns and directions of an ``order_by``.

    It is a column's name, or a list of names and of pairs ``(name, direction)``.

    Raises:
        DriverQueryError: an unknown column or direction, or a column without order.
    """
    if order_by is None:
        return ()
    items = (order_by,) if isinstance(order_by, str) else order_by
    if not isinstance(items, (list, tuple)):
        raise DriverQueryError(
            f"order_by is a name or a list, not {short_repr(order_by)}",
            table=table_name,
        )
    return tuple(_read_item(item, codecs, table_name) for item in items)


def _read_item(
    item: Any, codecs: Mapping[str, ColumnCodec], table_name: str
) -> Tuple[str, Direction]:
    """Return a column and its direction."""
    name, stated = item, "ASC"
    if isinstance(item, (list, tuple)) and len(item) == 2:
        name, stated = item
    codec = codecs.get(name) if isinstance(name, str) else None
    if codec is None:
        hint = near_hint(name, codecs)
        if isinstance(name, str) and name.upper() in _DIRECTIONS:
            hint = "; a column with a direction is a pair, [[column, direction]]"
        raise UnknownColumnError(
            f"order_by names {short_repr(name)}, which table {table_name!r}"
            f" does not have{hint}",
            table=table_name,
        )
    direction = _DIRECTIONS.get(stated.upper()) if isinstance(stated, str) else None
    if direction is None:
        raise DriverQueryError(
            f"a direction of order_by is ASC or DESC, not {short_repr(stated)}",
            table=table_name,
            column=codec.column.name,
        )
    if codec.column.type is LogicalType.JSON:
        raise DriverQueryError(
            f"column {codec.column.name!r} of table {table_name!r} is JSON,"
            " which has no order",
            table=table_name,
            column=codec.column.name,
        )
    return codec.column.name, direction


def read_after(
    after: Any,
    order: Order,
    unique_keys: Iterable[Sequence[str]],
    codecs: Mapping[str, ColumnCodec],
    table_name: str,
    params: List[Any],
) -> Condition:
    """Return the condition that a row comes after one with the values ``after``.

    Args:
        after: a value for each column of the order.
        order: must hold a key that no two rows share, or rows would be passed over.
        unique_keys: the keys of the table.
        params: the condition's parameters are appended to it.

    Raises:
        DriverQueryError: the order is none for paging, or the values do not fit it.
    """
    names = [name for name, _ in order]
    if not any(_identifies(key, names, codecs) for key in unique_keys):
        raise DriverQueryError(
            "after needs an order_by that no two rows share; add the primary key"
            f" to it (table {table_name!r}, order_by {names!r})",
            table=table_name,
        )
    if not isinstance(after, (list, tuple)) or len(after) != len(order):
        raise DriverQueryError(
            f"after takes a list of {len(order)} values, one for each column of"
            f" order_by, not {short_repr(after)}",
            table=table_name,
        )
    stored = [codecs[name].encode_one(value) for name, value in zip(names, after)]
    return _beyond(list(zip(order, stored)), codecs, params)


def _identifies(
    key: Sequence[str], names: Sequence[str], codecs: Mapping[str, ColumnCodec]
) -> bool:
    """Tell whether the columns of an order hold a key without NULLs."""
    return all(name in names and not codecs[name].column.nullable for name in key)


def _beyond(
    terms: Sequence[Tuple[Tuple[str, Direction], Any]],
    codecs: Mapping[str, ColumnCodec],
    params: List[Any],
) -> Condition:
    """Return: beyond in the first column, or equal there and beyond in the rest."""
    ((name, direction), value), rest = terms[0], terms[1:]
    nullable = codecs[name].column.nullable
    if not rest:
        return _beyond_in_one(name, direction, value, nullable, params)
    mark = len(params)
    bounds: List[Condition] = []
    if value is not None and (direction is Direction.ASC or not nullable):
        # Follows from the rest, and lets an index find where to start.
        bounds.append(("gte" if direction is Direction.ASC else "lte", name))
        params.append(value)
    first = _beyond_in_one(name, direction, value, nullable, params)
    inner = len(params)
    equal = is_null(name) if value is None else ("eq", name)
    if value is not None:
        params.append(value)
    second = all_of([equal, _beyond(rest, codecs, params)])
    second = settled(second, params, inner)
    return settled(all_of([*bounds, any_of([first, second])]), params, mark)


def _beyond_in_one(
    name: str, direction: Direction, value: Any, nullable: bool, params: List[Any]
) -> Condition:
    """Return the condition that the column's value sorts after ``value``."""
    if value is None:
        return not_null(name) if direction is Direction.ASC else FALSE
    params.append(value)
    if direction is Direction.ASC:
        return ("gt", name)
    below: Condition = ("lt", name)
    return any_of([below, is_null(name)]) if nullable else below


def read_row_count(name: str, value: Any) -> int:
    """Return a limit or an offset.

    Raises:
        DriverQueryError: it is no number of rows.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise DriverQueryError(f"{name} is an int, not {short_repr(value)}")
    if not 0 <= value <= _MAX_COUNT:
        raise DriverQueryError(f"{name} must not be negative or huge: {value}")
    return value
