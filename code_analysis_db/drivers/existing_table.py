"""A table as the database has it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

import attrs

from ..schema import Table


@attrs.frozen(slots=True)
class ExistingTable:
    """A table as it is in the database now.

    Attributes:
        table: the table, with the names that the database has for its constraints.
        native_types: the declared type of each column.
        stated: the table as it was stated, with the names that were given only; where
            it is not as stored, the same as ``table``.
        is_as_stored: whether the database has it just as it was when its definition
            was stored; else what the definition says of columns holds as far as it
            still fits, and the rest, checks among it, is as the database tells it.
        generated: the columns that the database computes from others; nobody writes
            them.
    """

    table: Table
    native_types: Mapping[str, str]
    stated: Table
    is_as_stored: bool = False
    generated: Tuple[str, ...] = ()

    def column_info(self) -> List[Dict[str, Any]]:
        """Describe the columns as ``get_table_info`` does."""
        return [
            {**info, "native_type": self.native_types[info["name"]]}
            for info in self.table.column_info()
        ]
