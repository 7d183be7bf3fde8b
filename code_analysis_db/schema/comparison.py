"""Comparing two states of a table: as it is, and as it is to be.

What means the same is no difference: the order of the columns, a constraint whose name
is not said, ``NO ACTION`` where no action is said, a reference that leaves the primary
key's columns to be understood.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, List, Mapping, Sequence, Tuple, TypeVar

import attrs

from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .difference import ColumnChange, TableDifference
from .index import Index
from .rename import renamed_table
from .sameness import (
    PrimaryKeys,
    Sameness,
    is_plain_unique,
    is_same_column,
    is_same_kind,
)
from .table import Table

Part = TypeVar("Part", UniqueConstraint, ForeignKey, CheckConstraint)

_NOTHING: Mapping[str, Any] = MappingProxyType({})

_UNNAMED_KEY = "PRIMARY"
"""MySQL calls every primary key so, whatever name it was given."""


def compare_tables(
    before: Table,
    after: Table,
    renamed_columns: Mapping[str, str] = _NOTHING,
    native: Mapping[str, str] = _NOTHING,
    *,
    keys_before: PrimaryKeys = _NOTHING,
    keys_after: PrimaryKeys = _NOTHING,
    has_one_kind_of_unique: bool = False,
) -> TableDifference:
    """Return what is to happen to ``before`` so that it becomes ``after``.

    Args:
        before: as it is; renames of other tables are followed in it already.
        after: as it is to be; a name that differs is a rename.
        renamed_columns: old names to new (see ``rename.column_renames``).
        native: the database's types of those columns, by their names before, that
            have not the type which goes with ``before``; each of them changes.
        keys_before: the primary keys of the tables that foreign keys refer to, as they
            are, by the tables' names and in the columns' names after all renames.
        keys_after: the same, as they are to be.
        has_one_kind_of_unique: whether the database takes a unique constraint and a
            unique index for the same thing.
    """
    now = renamed_table(before, after.name, renamed_columns)
    changed = _changed_columns(before, now, after, native)
    same = Sameness(
        retyped=frozenset(c.after.name for c in changed if _is_retyped(c)),
        renamed=frozenset(renamed_columns),
        keys_before={**keys_before, after.name: now.primary_key},
        keys_after={**keys_after, after.name: after.primary_key},
    )
    uniques = _unmatched(before.uniques, now.uniques, after.uniques, same.of_uniques)
    foreign_keys = _unmatched(
        before.foreign_keys,
        now.foreign_keys,
        after.foreign_keys,
        same.of_foreign_keys,
    )
    checks = _unmatched(before.checks, now.checks, after.checks, same.of_checks)
    has_new_key = _is_new_key(now, after)
    indexes = _changed_indexes(
        before.indexes, now.indexes, after.indexes, same, has_new_key
    )
    difference = TableDifference(
        before=before,
        after=after,
        renamed_columns=dict(renamed_columns),
        added_columns=tuple(c for c in after.columns if c.name not in now.by_name),
        dropped_columns=tuple(
            old
            for old, column in zip(before.columns, now.columns)
            if column.name not in after.by_name
        ),
        changed_columns=changed,
        has_new_primary_key=has_new_key,
        dropped_uniques=uniques[0],
        added_uniques=uniques[1],
        dropped_foreign_keys=foreign_keys[0],
        added_foreign_keys=foreign_keys[1],
        dropped_checks=checks[0],
        added_checks=checks[1],
        dropped_indexes=indexes[0],
        added_indexes=indexes[1],
    )
    return _without_exchanges(difference) if has_one_kind_of_unique else difference


def _changed_columns(
    before: Table, now: Table, after: Table, native: Mapping[str, str]
) -> Tuple[ColumnChange, ...]:
    """Return the columns that stay and become others."""
    stays = [
        (old, column, after.by_name[column.name])
        for old, column in zip(before.columns, now.columns)
        if column.name in after.by_name
    ]
    return tuple(
        ColumnChange(old, wanted, native.get(old.name))
        for old, column, wanted in stays
        if old.name in native or not is_same_column(column, wanted)
    )


def _is_retyped(change: ColumnChange) -> bool:
    """Tell whether a column gets another type in the database."""
    return change.native is not None or not is_same_kind(change.before, change.after)


def _is_new_key(now: Table, after: Table) -> bool:
    """Tell whether the primary key is another, or has another name than stated.

    A column that numbers the rows is the key by its own definition, which has no name.
    """
    if now.primary_key != after.primary_key:
        return True
    if after.primary_key_name is None or after.numbered_key is not None:
        return False
    return now.primary_key_name not in (after.primary_key_name, _UNNAMED_KEY)


def _unmatched(
    before: Sequence[Part],
    now: Sequence[Part],
    after: Sequence[Part],
    is_same: Callable[[Part, Part], bool],
) -> Tuple[Tuple[Part, ...], Tuple[Part, ...]]:
    """Return the constraints that only ``before`` has, and those only ``after`` has.

    Those that are wanted under a name choose first.

    Args:
        now: those of ``before``, with renames followed.
    """
    left = list(range(len(now)))
    added: List[Part] = []
    for wanted in sorted(after, key=_is_unnamed):
        found = next((place for place in left if is_same(now[place], wanted)), None)
        if found is None:
            added.append(wanted)
        else:
            left.remove(found)
    dropped = tuple(before[place] for place in left)
    return dropped, tuple(part for part in after if any(part is a for a in added))


def _is_unnamed(part: Part) -> bool:
    """Tell whether any name will do."""
    return part.name is None


def _changed_indexes(
    before: Sequence[Index],
    now: Sequence[Index],
    after: Sequence[Index],
    same: Sameness,
    has_new_key: bool,
) -> Tuple[Tuple[Index, ...], Tuple[Index, ...]]:
    """Return the indexes that are to go, and those that are to come.

    A fulltext index is kept by the primary key, and made anew with another.
    """
    wanted = {index.name: index for index in after}
    kept = {
        index.name
        for index in now
        if index.name in wanted
        and same.of_indexes(index, wanted[index.name])
        and not (index.fulltext and has_new_key)
    }
    return (
        tuple(index for index in before if index.name not in kept),
        tuple(index for index in after if index.name not in kept),
    )


def _without_exchanges(difference: TableDifference) -> TableDifference:
    """Return the difference without the unique constraints that become unique indexes,
    and the other way, by name and columns the same."""
    renames = difference.renamed_columns

    def followed(names: Sequence[str]) -> Tuple[str, ...]:
        """Return columns' names after the rename."""
        return tuple(renames.get(name, name) for name in names)

    dropped_uniques = list(difference.dropped_uniques)
    added_uniques = list(difference.added_uniques)
    dropped_indexes = list(difference.dropped_indexes)
    added_indexes = list(difference.added_indexes)
    for index in difference.dropped_indexes:
        for unique in added_uniques:
            if (
                is_plain_unique(index)
                and followed(index.column_names) == unique.columns
                and unique.name in (None, index.name)
            ):
                dropped_indexes.remove(index)
                added_uniques.remove(unique)
                break
    for index in difference.added_indexes:
        for unique in dropped_uniques:
            if (
                is_plain_unique(index)
                and followed(unique.columns) == index.column_names
                and unique.name == index.name
            ):
                added_indexes.remove(index)
                dropped_uniques.remove(unique)
                break
    return attrs.evolve(
        difference,
        dropped_uniques=tuple(dropped_uniques),
        added_uniques=tuple(added_uniques),
        dropped_indexes=tuple(dropped_indexes),
        added_indexes=tuple(added_indexes),
    )
