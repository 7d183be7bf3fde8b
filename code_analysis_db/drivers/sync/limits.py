"""What a change of a table asks for that is not done, whatever the rows are."""

from __future__ import annotations

from typing import List, Optional

from ...dialects.base import Dialect
from ...enums import ReferenceAction
from ...schema import (
    Column,
    Conversion,
    ForeignKey,
    Table,
    TableDifference,
    conversion,
)
from .retention import names_any

_ADVICE = "add a column of another name, copy the values, and drop the old one"


def limits(difference: TableDifference, dialect: Dialect) -> List[str]:
    """Return what keeps a difference from being carried out, in words."""
    table = f"table {difference.before.name!r}"
    faults = _of_columns(difference, table)
    faults += _of_texts(difference, dialect, table)
    if difference.added_foreign_keys or difference.added_checks:
        faults += reference_limits(difference.after, dialect)
    if difference.has_new_primary_key and difference.before != difference.after:
        numbered = difference.before.numbered_key or difference.after.numbered_key
        if numbered is not None and not _gets_numbers(difference):
            faults.append(
                f"the primary key of {table} would change, and column {numbered!r}"
                " numbers the rows, or is to; make a new table and copy the rows"
            )
    if dialect.alters_in_place:
        faults += _of_names(difference, table)
    return list(dict.fromkeys(faults))


def _gets_numbers(difference: TableDifference) -> bool:
    """Tell whether the rows of a table without a key are numbered in a new column."""
    added = {column.name for column in difference.added_columns}
    return not difference.before.primary_key and difference.after.numbered_key in added


def reference_limits(table: Table, dialect: Dialect) -> List[str]:
    """Return which foreign keys a table cannot have, in words."""
    faults: List[str] = []
    for key in table.foreign_keys:
        said = f"foreign key on {list(key.columns)} of table {table.name!r}"
        actions = (key.on_delete, key.on_update)
        if ReferenceAction.SET_DEFAULT in actions and not dialect.has_set_default:
            faults.append(f"{dialect.name} offers no SET DEFAULT ({said})")
        if dialect.checks_changed_keys or not _changes_rows(key):
            continue
        faults += [
            f"{dialect.name} offers no check of a column that the {said} changes"
            f" (ON DELETE SET NULL, ON UPDATE): check ({check.expression.strip()})"
            " names one; drop the check or the action"
            for check in table.checks
            if names_any(check.expression, key.columns, dialect.lexicon)
        ]
    return faults


def _changes_rows(key: ForeignKey) -> bool:
    """Tell whether a foreign key changes the rows that refer to others."""
    changing = (ReferenceAction.SET_NULL, ReferenceAction.CASCADE)
    return key.on_delete is ReferenceAction.SET_NULL or key.on_update in changing


def _of_columns(difference: TableDifference, table: str) -> List[str]:
    """Return the columns whose values do not become others."""
    faults: List[str] = []
    for change in difference.changed_columns:
        fault = _conversion_fault(change.before, change.after)
        if change.before.autoincrement or change.after.autoincrement:
            fault = "it numbers the rows, or is to"
        if fault is not None:
            faults.append(
                f"column {change.before.name!r} of {table} cannot be changed: {fault};"
                f" {_ADVICE}"
            )
    return faults


def _conversion_fault(before: Column, after: Column) -> Optional[str]:
    """Return why values of one type do not become those of another, or None."""
    if conversion(before, after) is Conversion.IMPOSSIBLE:
        return f"{before.type.value} values do not become {after.type.value} values"
    return None


def _of_names(difference: TableDifference, table: str) -> List[str]:
    """Return the constraints that cannot be dropped, since they have no name."""
    names = [unique.name for unique in difference.dropped_uniques]
    names += [key.name for key in difference.dropped_foreign_keys]
    names += [check.name for check in difference.dropped_checks]
    count = names.count(None)
    if not count:
        return []
    return [f"{count} constraints of {table} are to be dropped and have no name"]


def _of_texts(difference: TableDifference, dialect: Dialect, table: str) -> List[str]:
    """Return the columns that are dropped though a check that stays names them."""
    names = [column.name for column in difference.dropped_columns]
    return [
        f"check ({check.expression}) of {table} names a column that is to be dropped"
        for check in difference.after.checks
        if names_any(check.expression, names, dialect.lexicon)
    ]


def rebuild_reasons(difference: TableDifference, dialect: Dialect) -> List[str]:
    """Return what needs the table to be built anew, where ALTER TABLE does but
    little."""
    added = {column.name: column for column in difference.added_columns}
    parts = [
        f"a change of column {change.before.name!r}"
        for change in difference.changed_columns
    ]
    if difference.has_new_primary_key:
        parts.append("another primary key")
    parts += [f"unique columns {list(u.columns)}" for u in difference.added_uniques]
    parts += [
        f"the end of unique columns {list(unique.columns)}"
        for unique in difference.dropped_uniques
    ]
    inline = {
        key.columns[0]
        for key in difference.added_foreign_keys
        if len(key.columns) == 1 and key.name is None and key.columns[0] in added
    }
    parts += [
        f"a foreign key on {list(key.columns)}"
        for key in difference.added_foreign_keys
        if key.columns[0] not in inline or len(key.columns) > 1
    ]
    parts += [
        f"the end of the foreign key on {list(key.columns)}"
        for key in difference.dropped_foreign_keys
    ]
    parts += [f"check ({c.expression})" for c in difference.added_checks]
    parts += [f"the end of check ({c.expression})" for c in difference.dropped_checks]
    for column in difference.added_columns:
        fault = dialect.added_column_fault(column, column.name in inline)
        if fault is not None:
            parts.append(f"new column {column.name!r} ({fault})")
    return parts
