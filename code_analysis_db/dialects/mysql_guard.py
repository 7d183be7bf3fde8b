"""Changes of a table's types in statements that each commit by themselves.

The guard (see :mod:`.guard`) goes in the statement that changes the types.  Texts that
the server does not read as they stand are set right while it stands.

The texts that the server makes of moments are set right after the change.  Until that
is done a *mark* says so: a check for the two forms.  A change that was cut off leaves
the guard or the mark, and the next one of the table begins with what is left to do.
"""

from __future__ import annotations

from typing import List, Sequence

from ..enums import LogicalType
from ..schema import Column, TableDifference
from .base import Dialect
from .guard import guard, guard_name, passing_name
from .mysql_conversion import legible

_UNFINISHED = "____-__-__ %%"
_FINISHED = "____-__-__T%%"
_ZONES = ("", "+00:00")


def guarded(
    difference: TableDifference, statements: Sequence[str], dialect: Dialect
) -> List[str]:
    """Return the statements of a change such that it fails where a value does not fit.

    Args:
        statements: of the change; the last one changes the types, when the columns
            have their new names.
    """
    if not statements:
        return _left_over(difference, dialect)
    alter = f"ALTER TABLE {dialect.quote(difference.before.name)} "
    *first, last = statements
    before: List[str] = []
    clauses = [last[len(alter) :]]
    after: List[str] = []
    for clause in guard(difference, dialect, renamed=True):
        before.append(alter + clause)
        clauses.insert(0, f"DROP CONSTRAINT {dialect.quote(guard_name(difference))}")
    table = dialect.quote(difference.before.name)
    for change in difference.changed_columns:
        quoted = dialect.quote(change.after.name)
        value = legible(quoted, change.before, change.after)
        if value is not None:
            before.append(f"UPDATE {table} SET {quoted} = {value}")
        if _makes_texts(change.before, change.after):
            zone = _ZONES[change.before.timezone]
            mark = _mark(difference, change.after.name, zone)
            clauses.append(
                f"ADD CONSTRAINT {dialect.quote(mark)} CHECK ({quoted} LIKE"
                f" '{_UNFINISHED}' OR {quoted} LIKE '{_FINISHED}')"
            )
            after += _finish(difference, change.after.name, zone, dialect)
    return [
        *_left_over(difference, dialect),
        *first,
        *before,
        alter + ", ".join(clauses),
        *after,
    ]


def _makes_texts(before: Column, after: Column) -> bool:
    """Tell whether moments become texts."""
    return before.type is LogicalType.DATETIME and after.type is LogicalType.TEXT


def _mark(difference: TableDifference, column: str, zone: str) -> str:
    """Return the name of the mark of a column."""
    return passing_name("moments", difference.before.name, column, zone)


def _done_mark(difference: TableDifference, column: str) -> str:
    """Return the name of the check that no text is left to be set right."""
    return passing_name("finished", difference.before.name, column)


def _finish(
    difference: TableDifference, column: str, zone: str, dialect: Dialect
) -> List[str]:
    """Return the statements that give the texts of moments their form.

    A row that comes between the first two is found by the second, which fails then and
    leaves the mark.
    """
    table, quoted = dialect.quote(difference.before.name), dialect.quote(column)
    mark = dialect.quote(_mark(difference, column, zone))
    done = dialect.quote(_done_mark(difference, column))
    return [
        f"UPDATE {table} SET {quoted} = CONCAT(REPLACE({quoted}, ' ', 'T'), '{zone}')"
        f" WHERE {quoted} LIKE '{_UNFINISHED}'",
        f"ALTER TABLE {table} DROP CONSTRAINT {mark}, ADD CONSTRAINT {done}"
        f" CHECK ({quoted} NOT LIKE '{_UNFINISHED}')",
        f"ALTER TABLE {table} DROP CONSTRAINT {done}",
    ]


def _left_over(difference: TableDifference, dialect: Dialect) -> List[str]:
    """Return what is left to do of a change that was cut off."""
    there = {check.name for check in difference.before.checks}
    alter = f"ALTER TABLE {dialect.quote(difference.before.name)} "
    names = [guard_name(difference)]
    statements: List[str] = []
    for column in difference.before.column_names:
        names.append(_done_mark(difference, column))
        for zone in _ZONES:
            if _mark(difference, column, zone) in there:
                statements += _finish(difference, column, zone, dialect)
    return statements + [
        f"{alter}DROP CONSTRAINT {dialect.quote(name)}"
        for name in names
        if name in there
    ]
