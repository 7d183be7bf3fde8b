"""The names that the server gave to the constraints that were defined without one.

By these names they are dropped, and violations tell them.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

import attrs

from ..schema import Table


def with_names(table: Table, constraints: Sequence[Sequence[Any]]) -> Table:
    """Return the table with the names that its constraints have on the server.

    Args:
        constraints: kind, name and columns of each, and then what a foreign key refers
            to; in the order of their creation.
    """
    keys: Dict[Tuple[str, Tuple[str, ...]], List[str]] = {}
    checks: List[str] = []
    for kind, name, columns, *_ in constraints:
        if kind == "c":
            checks.append(name)
        else:
            keys.setdefault((kind, tuple(columns)), []).append(name)

    def name_of(kind: str, columns: Tuple[str, ...], known: Any) -> Any:
        """Return the name of a key; the one that was given where the server has it."""
        names = keys.get((kind, columns), [])
        return known if known in names or len(names) != 1 else names[0]

    named = attrs.evolve(
        table,
        primary_key_name=name_of("p", table.primary_key, table.primary_key_name),
        uniques=tuple(
            attrs.evolve(unique, name=name_of("u", unique.columns, unique.name))
            for unique in table.uniques
        ),
        foreign_keys=tuple(
            attrs.evolve(key, name=name_of("f", key.columns, key.name))
            for key in table.foreign_keys
        ),
    )
    if len(checks) != len(table.checks):
        return named
    # expressions come back rewritten, so that only their order tells which is which
    return attrs.evolve(
        named,
        checks=tuple(
            attrs.evolve(check, name=check.name or name)
            for check, name in zip(table.checks, checks)
        ),
    )
