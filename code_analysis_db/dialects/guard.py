"""The checks that stand on a table while it is changed, and are gone after it.

A row that is written between the counting of what does not fit and the change may not
be cut or rounded either.  The *guard* refuses such a row: it comes with a look at all
rows, which fails where one does not fit, and goes with the change.  On a database that
holds its lock as long as it counts and changes, none is needed.
"""

from __future__ import annotations

from typing import List, Optional
from zlib import crc32

from ..schema import INTERNAL_PREFIX, TableDifference
from .base import Dialect


def is_passing(check_name: Optional[str]) -> bool:
    """Tell whether a check is one that stands only while a table is changed."""
    return check_name is not None and check_name.startswith(INTERNAL_PREFIX)


def passing_name(kind: str, *names: str) -> str:
    """Return the name of such a check of a table, or of one of its columns."""
    return f"{INTERNAL_PREFIX}{kind}_{crc32(repr(names).encode()):08x}"


def guard_name(difference: TableDifference) -> str:
    """Return the name of a table's guard."""
    return passing_name("fits", difference.before.name)


def guard(difference: TableDifference, dialect: Dialect, *, renamed: bool) -> List[str]:
    """Return the clause of an ALTER TABLE that makes the guard, none where every value
    fits.

    Args:
        renamed: whether the columns have their new names already.
    """
    tests = [
        dialect.misfit(
            dialect.quote(change.after.name if renamed else change.before.name),
            change.before,
            change.after,
        )
        for change in difference.changed_columns
    ]
    found = " OR ".join(f"({test})" for test in tests if test is not None)
    if not found:
        return []
    name = dialect.quote(guard_name(difference))
    return [f"ADD CONSTRAINT {name} CHECK (NOT ({found}))"]
