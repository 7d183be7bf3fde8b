"""The names that a server gave to the constraints that were defined without one.

By these names they are dropped, and violations tell them.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

import attrs

from ...schema import CheckConstraint, ForeignKey, Table, UniqueConstraint


def with_names(
    table: Table,
    primary_key_name: Optional[str],
    uniques: Sequence[UniqueConstraint],
    foreign_keys: Sequence[ForeignKey],
    checks: Sequence[CheckConstraint],
) -> Table:
    """Return a table with the names that its constraints have on the server.

    Args:
        table: as it was stored.
        primary_key_name: what the server has, None where it keeps no such name.
        uniques: what the server has.
        foreign_keys: what the server has.
        checks: what the server has; expressions come back rewritten, so that only
            their order tells which is which of those without names.
    """
    unique_names = _Names([(key.columns, key.name) for key in uniques])
    # a server may have the columns of a key in another order
    key_names = _Names([(_in_order(key), key.name) for key in foreign_keys])
    check_names = _Names([((), check.name) for check in checks])
    for stated in table.uniques:
        unique_names.take(stated.columns, stated.name)
    for key in table.foreign_keys:
        key_names.take(_in_order(key), key.name)
    for check in table.checks:
        check_names.take((), check.name)
    return attrs.evolve(
        table,
        primary_key_name=primary_key_name or table.primary_key_name,
        uniques=tuple(
            attrs.evolve(unique, name=unique.name or unique_names.next(unique.columns))
            for unique in table.uniques
        ),
        foreign_keys=tuple(
            attrs.evolve(key, name=key.name or key_names.next(_in_order(key)))
            for key in table.foreign_keys
        ),
        checks=tuple(
            attrs.evolve(check, name=check.name or check_names.next(()))
            for check in table.checks
        ),
    )


def _in_order(key: ForeignKey) -> Tuple[str, ...]:
    """Return the columns of a foreign key in an order that is theirs alone."""
    return tuple(sorted(key.columns))


class _Names:
    """The names of one kind of constraints, by the columns that they are over."""

    def __init__(self, found: Sequence[Tuple[Tuple[str, ...], Optional[str]]]) -> None:
        """Keep the names in their order."""
        self._left: Dict[Tuple[str, ...], List[Optional[str]]] = {}
        for columns, name in found:
            self._left.setdefault(columns, []).append(name)

    def take(self, columns: Tuple[str, ...], name: Optional[str]) -> None:
        """Give a name to the constraint that was defined with it."""
        names = self._left.get(columns, [])
        if name is not None and name in names:
            names.remove(name)

    def next(self, columns: Tuple[str, ...]) -> Optional[str]:
        """Return the next name that nobody has, None where there is no more."""
        names = self._left.get(columns)
        return names.pop(0) if names else None
