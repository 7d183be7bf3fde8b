"""Foreign keys that stay while what they refer to changes.

A server keeps a key that a foreign key refers to from being dropped, and its columns
from becoming others.  Where the key comes back, the foreign key goes before the change
and comes after it; where it does not, that is told before anything is changed.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from ...dialects.base import Dialect
from ...schema import ForeignKey, TableDifference
from ...schema.reference import reference_fault

Differences = Mapping[str, TableDifference]


def broken_references(differences: Differences) -> List[str]:
    """Return the foreign keys that do not fit any more what they refer to, in words.

    Args:
        differences: of every table that stays, by the names after the change.
    """
    faults: List[str] = []
    for difference in differences.values():
        for key in difference.after.foreign_keys:
            target = differences.get(key.table)
            if target is None or not _concerns(difference, key, target):
                continue
            fault = reference_fault(difference.after, key, target.after)
            if fault is not None:
                table = difference.after.name
                faults.append(f"a foreign key of table {table!r} {fault}")
    return faults


def with_references_remade(
    differences: Differences, dialect: Dialect
) -> Dict[str, TableDifference]:
    """Return the differences with the foreign keys that are to go meanwhile.

    Args:
        differences: of every table that stays, by the names after the change.
        dialect: of the database; where it builds tables anew, no key needs to go.
    """
    if not dialect.alters_in_place:
        return dict(differences)
    return {
        name: _remade(difference, differences, dialect)
        for name, difference in differences.items()
    }


def _remade(
    difference: TableDifference, differences: Differences, dialect: Dialect
) -> TableDifference:
    """Return a difference with the foreign keys of its table that are to go."""
    dropped: List[ForeignKey] = []
    added: List[ForeignKey] = []
    left = [
        key
        for key in difference.before.foreign_keys
        if key not in difference.dropped_foreign_keys
    ]
    for key in difference.after.foreign_keys:
        if key in difference.added_foreign_keys:
            continue
        there = _former(difference, key, left)
        target = differences.get(key.table)
        if there is None or target is None:
            continue
        left.remove(there)
        if _is_undone(target, key) or not (
            dialect.alters_key_columns or _keeps_columns(difference, key, target)
        ):
            dropped.append(there)
            added.append(key)
    if not dropped:
        return difference
    return attrs.evolve(
        difference,
        dropped_foreign_keys=(*difference.dropped_foreign_keys, *dropped),
        added_foreign_keys=(*difference.added_foreign_keys, *added),
    )


def _former(
    difference: TableDifference, key: ForeignKey, left: Sequence[ForeignKey]
) -> Optional[ForeignKey]:
    """Return the foreign key that stays as ``key``."""
    columns = sorted(key.columns)
    same = [k for k in left if sorted(_after(difference, k.columns)) == columns]
    named = [there for there in same if key.name is not None and there.name == key.name]
    return next(iter(named or same), None)


def _concerns(
    difference: TableDifference, key: ForeignKey, target: TableDifference
) -> bool:
    """Tell whether a foreign key is new, or one of its ends changes."""
    return (
        key in difference.added_foreign_keys
        or _is_undone(target, key)
        or not _keeps_columns(difference, key, target)
    )


def _is_undone(target: TableDifference, key: ForeignKey) -> bool:
    """Tell whether the key that a foreign key refers to goes, if only for a while."""
    names = _referred(key, target)
    wanted = frozenset(names)
    gone = [u.columns for u in target.dropped_uniques]
    gone += [index.column_names for index in target.dropped_indexes]
    if target.has_new_primary_key:
        gone.append(target.before.primary_key)
        if not key.references:
            return True
    dropped = {column.name for column in target.dropped_columns}
    return any(wanted == {*_after(target, columns)} for columns in gone) or (
        not dropped.isdisjoint(names)
    )


def _keeps_columns(
    difference: TableDifference, key: ForeignKey, target: TableDifference
) -> bool:
    """Tell whether the columns at both ends of a foreign key stay as they are."""
    return not (
        _is_moved(difference, key.columns) or _is_moved(target, _referred(key, target))
    )


def _referred(key: ForeignKey, target: TableDifference) -> Tuple[str, ...]:
    """Return the columns that a foreign key refers to."""
    return key.references or target.after.primary_key


def _is_moved(difference: TableDifference, names: Sequence[str]) -> bool:
    """Tell whether one of the columns, by their names after, gets another type."""
    return any(
        change.after.name in names
        and (
            change.native is not None
            or attrs.evolve(change.before, name=change.after.name, default=None)
            != attrs.evolve(change.after, default=None)
        )
        for change in difference.changed_columns
    )


def _after(difference: TableDifference, names: Sequence[str]) -> Tuple[str, ...]:
    """Return columns by their names after the change."""
    return tuple(difference.renamed_columns.get(name, name) for name in names)
