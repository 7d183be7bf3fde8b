"""Representations that are short enough for a message."""

from __future__ import annotations

from reprlib import Repr


def short_repr(value: object, limit: int = 80) -> str:
    """Return ``repr(value)`` cut to about ``limit`` characters.

    Whatever the value: one of 100 MB costs nothing, and one whose representation
    fails (an int of 5000 digits) is named by its type.
    """
    if isinstance(value, (str, bytes, bytearray)) and len(value) > limit:
        return f"{value[:limit]!r}… ({len(value)} long)"
    try:
        text = _outline.repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else f"{text[:limit]}…"


def _limited_outline() -> Repr:
    """Return what represents the outer levels and the first members of a value."""
    outline = Repr()
    outline.maxstring = outline.maxother = outline.maxlong = 100
    return outline


_outline = _limited_outline()
