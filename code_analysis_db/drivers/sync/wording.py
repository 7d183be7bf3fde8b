"""What a difference does to a table, in words, and what that may cost."""

from __future__ import annotations

from typing import List, Set, Tuple

from ...dialects.base import Dialect
from ...schema import Column, NativeDefault, TableDifference
from .step import Cost


def described(difference: TableDifference) -> str:
    """Return what a change does, but for the foreign keys."""
    parts = [f"drops index {index.name!r}" for index in difference.dropped_indexes]
    parts += [f"drops unique {list(u.columns)}" for u in difference.dropped_uniques]
    parts += [f"drops check ({c.expression})" for c in difference.dropped_checks]
    parts += [f"drops column {c.name!r}" for c in difference.dropped_columns]
    parts += [
        f"renames column {old!r} to {new!r}"
        for old, new in difference.renamed_columns.items()
    ]
    parts += [f"changes column {c.after.name!r}" for c in difference.changed_columns]
    parts += [f"adds column {c.name!r}" for c in difference.added_columns]
    if difference.has_new_primary_key:
        parts.append(f"makes {list(difference.after.primary_key)} the primary key")
    parts += [f"adds unique {list(u.columns)}" for u in difference.added_uniques]
    parts += [f"adds check ({c.expression})" for c in difference.added_checks]
    parts += [f"adds index {index.name!r}" for index in difference.added_indexes]
    if difference.renamed_to is not None:
        parts.append(f"renames the table to {difference.renamed_to!r}")
    return ", ".join(parts)


def costs(difference: TableDifference, dialect: Dialect) -> Tuple[Cost, ...]:
    """Return what a change, without its foreign keys, may cost on a database.

    SQLite has one writer, whom the sync keeps waiting; readers go on.  PostgreSQL
    locks a table that is altered until the sync is committed.  MySQL's ALTERs keep
    readers out for a moment only, and those that copy the table keep writers out.
    """
    found: Set[Cost] = {Cost.BLOCKS_WRITES}
    if difference.dropped_columns:
        found.add(Cost.LOSES_DATA)
    if difference.added_indexes or difference.added_uniques or difference.added_checks:
        found.add(Cost.READS_ROWS)
    if difference.has_new_primary_key:
        found.add(Cost.READS_ROWS)
    if not dialect.alters_in_place:
        if difference.dropped_columns:
            found.add(Cost.REWRITES_TABLE)
        return _ordered(found)
    if not dialect.has_transactional_ddl:
        if (
            difference.changed_columns
            or difference.dropped_columns
            or difference.added_checks
            or difference.has_new_primary_key
        ):
            found.add(Cost.REWRITES_TABLE)
        return _ordered(found)
    if not _only_adds_indexes(difference):
        found.add(Cost.BLOCKS_READS)
    for change in difference.changed_columns:
        if _is_rewritten(change.before, change.after, dialect):
            found.add(Cost.REWRITES_TABLE)
        if change.before.nullable and not change.after.nullable:
            found.add(Cost.READS_ROWS)
    for column in difference.added_columns:
        if column.autoincrement or isinstance(column.default, NativeDefault):
            found.add(Cost.REWRITES_TABLE)
    return _ordered(found)


def reference_costs(is_added: bool, dialect: Dialect) -> Tuple[Cost, ...]:
    """Return what it may cost to add or to drop foreign keys."""
    found = {Cost.BLOCKS_WRITES}
    if is_added:
        found.add(Cost.READS_ROWS)
        if not dialect.has_transactional_ddl:
            found.add(Cost.REWRITES_TABLE)
    elif dialect.has_transactional_ddl:
        found.add(Cost.BLOCKS_READS)
    return _ordered(found)


def _only_adds_indexes(difference: TableDifference) -> bool:
    """Tell whether the table itself stays as it is."""
    return not (
        difference.renamed_to
        or difference.renamed_columns
        or difference.dropped_indexes
        or difference.dropped_uniques
        or difference.dropped_checks
        or difference.dropped_columns
        or difference.changed_columns
        or difference.added_columns
        or difference.added_uniques
        or difference.added_checks
        or difference.has_new_primary_key
    )


def _is_rewritten(before: Column, after: Column, dialect: Dialect) -> bool:
    """Tell whether PostgreSQL writes every row anew: it does not for longer texts and
    more digits before the point."""
    if before.type is not after.type:
        return True
    if before.scale != after.scale or before.timezone is not after.timezone:
        return True
    return False


def _ordered(found: Set[Cost]) -> Tuple[Cost, ...]:
    """Return costs in the order in which they are declared."""
    listed: List[Cost] = [cost for cost in Cost if cost in found]
    return tuple(listed)
