"""What a table holds, in one form for all definitions that mean the same."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Tuple

import attrs

from ..enums import ReferenceAction
from .constraint import ForeignKey
from .table import Table

_PARTS = ("columns", "constraints", "indexes")


def table_content(
    table: Table, primary_keys: Mapping[str, Tuple[str, ...]]
) -> Dict[str, Any]:
    """Return the definition of a table without what makes no difference: the order of
    columns, constraints and indexes, what is said and understood anyway, the names
    before a rename.

    Args:
        table: the table.
        primary_keys: of the tables that foreign keys refer to.
    """
    keys = tuple(_stated(key, primary_keys) for key in table.foreign_keys)
    content = attrs.evolve(table.plain(), foreign_keys=keys).to_definition()
    for part in _PARTS:
        content[part] = _sorted(content[part])
    return content


def _stated(key: ForeignKey, primary_keys: Mapping[str, Tuple[str, ...]]) -> ForeignKey:
    """Return a foreign key with all that it leaves to be understood, and its pairs of
    columns in an order that is theirs alone."""
    named = key.named(primary_keys.get(key.table, ()))
    if len(set(named.references)) == len(named.columns):
        named = named.in_order_of(tuple(sorted(named.references)))
    return attrs.evolve(
        named,
        on_delete=key.on_delete or ReferenceAction.NO_ACTION,
        on_update=key.on_update or ReferenceAction.NO_ACTION,
    )


def _sorted(parts: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Return a table's parts in an order that is theirs alone."""
    return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
