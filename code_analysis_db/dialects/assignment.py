"""What an update assigns: the values that a call gives, and what is made of them."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from ..exceptions import DriverQueryError
from ..schema import Table
from ..short_repr import short_repr
from .column_codec import ColumnCodec
from .column_list import check_names
from .fulltext import HiddenColumn


def read_assigned(
    data: Any,
    table: Table,
    codecs: Mapping[str, ColumnCodec],
    hidden: Sequence[HiddenColumn],
) -> Tuple[Tuple[str, ...], List[Any]]:
    """Return the columns that are assigned, hidden ones among them, and their values in
    stored form.

    Raises:
        DriverQueryError: data that is none, or does not fit the table.
    """
    if not isinstance(data, Mapping) or not data:
        raise DriverQueryError(
            f"an update of table {table.name!r} needs a dict of new values,"
            f" not {short_repr(data)}",
            table=table.name,
        )
    names = check_names(data, table)
    params = [codecs[name].encode_one(data[name]) for name in names]
    made = [column for column in hidden if column.source in data]
    names += tuple(column.name for column in made)
    return names, params + [column.write(data[column.source]) for column in made]
