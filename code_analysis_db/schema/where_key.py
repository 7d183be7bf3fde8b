r"""The keys of a ``where`` dict: the names of columns, and those that nest conditions.

A leading backslash says that the rest is a column's name, whatever it is.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Set

ESCAPE = "\\"
LOGICAL_KEYS = frozenset({"or", "and", "not"})


def renamed_where(where: Mapping[str, Any], renames: Mapping[str, str]) -> Any:
    """Return a ``where`` that names columns as they are called after a rename."""
    followed: Dict[str, Any] = {}
    for key, value in where.items():
        if key in LOGICAL_KEYS:
            followed[key] = (
                [renamed_where(part, renames) for part in value]
                if isinstance(value, (list, tuple))
                else renamed_where(value, renames)
            )
        else:
            name = _column_of(key)
            followed[_key_of(renames.get(name, name))] = value
    return followed


def columns_of_where(where: Mapping[str, Any]) -> Set[str]:
    """Return the names of the columns that a ``where`` is about."""
    names: Set[str] = set()
    for key, value in where.items():
        if key not in LOGICAL_KEYS:
            names.add(_column_of(key))
        else:
            parts = value if isinstance(value, (list, tuple)) else (value,)
            names.update(*map(columns_of_where, parts))
    return names


def _column_of(key: str) -> str:
    """Return the column that a key means."""
    return key[len(ESCAPE) :] if key.startswith(ESCAPE) else key


def _key_of(name: str) -> str:
    """Return the key that means a column."""
    return ESCAPE + name if name in LOGICAL_KEYS or name.startswith(ESCAPE) else name
