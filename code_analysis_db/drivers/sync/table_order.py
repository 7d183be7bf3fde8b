"""The order of tables that refer to each other."""

from __future__ import annotations

from typing import Dict, Iterable, List, Set

from ...schema import Table


def in_order(tables: Iterable[Table]) -> List[Table]:
    """Return the tables, those that others refer to before these, as far as that
    goes; where they refer to each other in a circle, as they come."""
    waiting: Dict[str, Table] = {table.name: table for table in tables}
    referred = {name: _referred(table) for name, table in waiting.items()}
    ordered: List[Table] = []
    while waiting:
        free = [n for n in waiting if referred[n].isdisjoint(waiting)]
        for name in free or [next(iter(waiting))]:
            ordered.append(waiting.pop(name))
    return ordered


def _referred(table: Table) -> Set[str]:
    """Return the names of the other tables that a table refers to."""
    return {key.table for key in table.foreign_keys} - {table.name}
