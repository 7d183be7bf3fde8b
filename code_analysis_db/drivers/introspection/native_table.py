"""A table in the database's own words.

What is here of a table is what is kept as its *snapshot* beside its definition: as long
as the database says the same, the definition is right as it stands, and nothing of it
has to be guessed from native types.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import attrs

from ...schema import INTERNAL_PREFIX

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class NativeColumn(NamedTuple):
    """A column, as JSON carries it.

    Attributes:
        name: case-sensitive.
        type: as the database writes it, and as a dialect's ``native_type`` does.
        nullable: whether it takes NULL.
        default: the database's text of the default, None for none.
        is_generated: whether the database computes it from other columns.
        is_numbered: whether the database numbers the rows by it.
        details: what else tells of its type, in an order of each database's own.
    """

    name: str
    type: str
    nullable: bool
    default: Optional[str]
    is_generated: bool
    is_numbered: bool
    details: Sequence[Any]


@attrs.frozen(slots=True)
class NativeTable:
    """A table or view.

    Attributes:
        name: case-sensitive.
        columns: in their order.
        constraints: rows of the database's own, which JSON carries.
        indexes: such rows as well.
        hidden: columns that the driver has put beside those of the table.
    """

    name: str
    columns: List[NativeColumn] = attrs.field(factory=list)
    constraints: List[Sequence[Any]] = attrs.field(factory=list)
    indexes: List[Sequence[Any]] = attrs.field(factory=list)
    hidden: List[NativeColumn] = attrs.field(factory=list)

    def add(self, column: NativeColumn) -> None:
        """Add a column, where it belongs."""
        is_hidden = column.name.startswith(INTERNAL_PREFIX)
        (self.hidden if is_hidden else self.columns).append(column)

    @property
    def snapshot(self) -> str:
        """All of it as text, but for the name, under which it is kept."""
        parts: List[Any] = [self.columns, self.constraints, self.indexes]
        return _encode([*parts, self.hidden] if self.hidden else parts)

    @property
    def native_types(self) -> Dict[str, str]:
        """The type of each column."""
        return {column.name: column.type for column in self.columns}

    @property
    def generated(self) -> Tuple[str, ...]:
        """The names of the columns that the database computes."""
        return tuple(column.name for column in self.columns if column.is_generated)


def snapshot_columns(snapshot: str) -> Dict[str, NativeColumn]:
    """Return the columns that a snapshot tells of, by their names."""
    columns = json.loads(snapshot)[0]
    return {row[0]: NativeColumn(*row) for row in columns}
