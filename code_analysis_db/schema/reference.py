"""Whether a foreign key fits the table that it refers to.

It is checked on every database, when a table is made: PostgreSQL and MySQL refuse what
does not fit, each in its own words, and SQLite would fail at the first row.
"""

from __future__ import annotations

from typing import Optional, Tuple

from ..exceptions import SchemaDefinitionError, UnknownColumnError
from .column import Column
from .constraint import ForeignKey
from .hint import near_hint
from .table import Table

_Kind = Tuple[object, ...]


def check_reference(table: Table, key: ForeignKey, target: Table) -> None:
    """Refuse a foreign key of ``table`` that cannot refer to ``target``.

    Raises:
        UnknownColumnError: it refers to a column that is not there.
        SchemaDefinitionError: what it refers to is no key, or has other types.
    """
    fault = reference_fault(table, key, target)
    if fault is None:
        return
    message = f"a foreign key of table {table.name!r} {fault}"
    for name in key.references:
        if name not in target.by_name:
            raise UnknownColumnError(message, table=target.name, column=name)
    raise SchemaDefinitionError(message, table=table.name)


def reference_fault(table: Table, key: ForeignKey, target: Table) -> Optional[str]:
    """Return why a foreign key of ``table`` cannot refer to ``target``, or None."""
    names = key.references or target.primary_key
    for name in names:
        if name not in target.by_name:
            return (
                f"refers to the unknown column {name!r} of table {target.name!r}"
                f"{near_hint(name, target.by_name)}"
            )
    if frozenset(names) not in map(frozenset, target.unique_keys):
        return (
            f"refers to {list(names)} of table {target.name!r}, which is no key of it"
        )
    if len(names) != len(key.columns):
        return (
            f"has {len(key.columns)} columns for the {len(names)} of the primary key"
            f" of table {target.name!r}"
        )
    for own, name in zip(key.columns, names):
        mine, other = table.by_name[own], target.by_name[name]
        if _kind(mine) != _kind(other):
            return (
                f"refers from {own!r}, {mine.type.value}, to {name!r} of table"
                f" {target.name!r}, {other.type.value}: the types must be the same"
            )
    return None


def _kind(column: Column) -> _Kind:
    """Return what must agree in two columns of which one refers to the other."""
    return (column.type, column.precision, column.scale, column.timezone)
