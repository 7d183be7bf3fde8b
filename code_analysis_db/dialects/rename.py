"""Following a rename of columns through a ``where``."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from .where_reader import ESCAPE, LOGICAL_KEYS


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
            name = key[len(ESCAPE) :] if key.startswith(ESCAPE) else key
            followed[_key_of(renames.get(name, name))] = value
    return followed


def _key_of(name: str) -> str:
    """Return the key that means a column."""
    return ESCAPE + name if name in LOGICAL_KEYS or name.startswith(ESCAPE) else name
