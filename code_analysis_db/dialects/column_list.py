"""Lists of a table's columns that a call names."""

from __future__ import annotations

from typing import Any, Iterable, Tuple

from ..exceptions import DriverQueryError, UnknownColumnError
from ..schema import Table, near_hint
from ..short_repr import short_repr


def check_names(names: Iterable[Any], table: Table) -> Tuple[str, ...]:
    """Return the names as a tuple.

    Raises:
        UnknownColumnError: the table has no such column.
        DriverQueryError: a name stands there twice.
    """
    checked = tuple(names)
    for name in checked:
        if not isinstance(name, str) or name not in table.by_name:
            raise UnknownColumnError(
                f"table {table.name!r} has no column {short_repr(name)}"
                f"{near_hint(name, table.by_name)}",
                table=table.name,
            )
    if len(set(checked)) != len(checked):
        raise DriverQueryError(
            f"the columns {list(checked)} of table {table.name!r} have a name twice",
            table=table.name,
        )
    return checked


def read_names(names: Any, table: Table) -> Tuple[str, ...]:
    """Return a list of columns, at least one, as a tuple.

    Raises:
        DriverQueryError: it is no list, or an empty one, or one with other names.
    """
    if not isinstance(names, (list, tuple)) or not names:
        raise DriverQueryError(
            f"columns of table {table.name!r} are named by a list of at least one"
            f" name, not {short_repr(names)}",
            table=table.name,
        )
    return check_names(names, table)
