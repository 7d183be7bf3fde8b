"""What a difference does to a table, in words."""

from __future__ import annotations

from ...exceptions import DriverError, SchemaSyncError
from ...schema import Column, TableDifference
from .step import Step


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


def late_misfit(step: Step) -> SchemaSyncError:
    """Return the error for a value that does not fit and came after the count."""
    return SchemaSyncError(
        f"table {step.table!r} has got a row meanwhile of which a value does not fit"
        f" what is to be ({step.description}); call it again, and the rows are counted",
        table=step.table,
    )


def refused(step: Step, error: DriverError, *, undoes: bool) -> SchemaSyncError:
    """Return the error for a change of a table that the database refuses, for what
    stands on the table: views, functions, checks.

    Args:
        undoes: whether what was done before is undone.
    """
    kept = "nothing was changed; " if undoes else ""
    return SchemaSyncError(
        f"table {step.table!r} cannot be changed ({step.description}):"
        f" {error.message}; {kept}drop or change what is in the way, and call it again",
        table=step.table,
        column=error.column,
        constraint=error.constraint,
        database_code=error.database_code,
    )


def type_text(column: Column) -> str:
    """Return a column's type, as people write it."""
    sizes = [column.length, column.precision, column.scale]
    said = ", ".join(str(size) for size in sizes if size is not None)
    return f"{column.type.value}({said})" if said else column.type.value
