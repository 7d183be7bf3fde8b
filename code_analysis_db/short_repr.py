"""Representations that are short enough for a message."""

from __future__ import annotations

_LIMIT = 80


def short_repr(value: object) -> str:
    """Return ``repr(value)``, cut to 80 characters.

    A huge string is cut first: its whole representation could be a gigabyte.
    """
    if isinstance(value, (str, bytes)) and len(value) > _LIMIT:
        value = value[:_LIMIT]
        text = repr(value)
        return text[: _LIMIT - 1] + "…"
    text = repr(value)
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"
