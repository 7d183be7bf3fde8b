"""The rules for names of tables, columns, indexes and constraints.

A name is always quoted in SQL, so that reserved words, spaces, quotes, mixed case and
Unicode work.  What is refused is what one of the databases cannot hold.
"""

from __future__ import annotations

from typing import Iterable, List, Optional, Set

INTERNAL_PREFIX = "_code_analysis_db_"
"""Tables of the package's own start so; a definition may not."""

MAX_NAME_BYTES = 63
"""PostgreSQL cuts longer names silently (NAMEDATALEN - 1); MySQL takes 64 letters."""


def name_fault(name: object) -> Optional[str]:
    """Return what is wrong with a name, or None."""
    if not isinstance(name, str):
        return f"a name must be a string, not {name!r}"
    if not name:
        return "a name must not be empty"
    if "\0" in name:
        return f"the name {name!r} holds a NUL"
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return f"the name {name!r} holds a lone surrogate"
    if size > MAX_NAME_BYTES:
        return f"the name {name!r} is longer than {MAX_NAME_BYTES} bytes of UTF-8"
    if name.endswith(" "):
        return f"the name {name!r} ends in a space"
    return None


SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
"""PostgreSQL has these in every table."""


def column_name_fault(name: object) -> Optional[str]:
    """Return what is wrong with a column's name, or None."""
    if isinstance(name, str) and name in SYSTEM_COLUMNS:
        return f"the name {name!r} is one that PostgreSQL has in every table"
    return name_fault(name)


def table_name_fault(name: object) -> Optional[str]:
    """Return what is wrong with a table's name, or None."""
    fault = name_fault(name)
    if fault is not None or not isinstance(name, str):
        return fault
    for prefix in ("sqlite_", INTERNAL_PREFIX):
        if name.lower().startswith(prefix):
            return f"the name {name!r} starts with the reserved prefix {prefix!r}"
    return None


def repeated_names(names: Iterable[str]) -> List[str]:
    """Return the names that stand there twice, upper and lower case being one.

    SQLite and MySQL take ``a`` and ``A`` for the same column.
    """
    seen: Set[str] = set()
    repeated: List[str] = []
    for name in names:
        folded = name.casefold()
        if folded in seen:
            repeated.append(name)
        seen.add(folded)
    return repeated
