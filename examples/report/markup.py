"""HTML and SVG elements; a text in them is escaped unless it is markup already."""

from __future__ import annotations

from html import escape
from typing import Union


class Markup(str):
    """A text that is HTML, made by this module."""


Content = Union[str, int, float]


def tag(name: str, *contents: Content, **attributes: Content) -> Markup:
    """Return an element.

    Args:
        contents: what is in it, one after the other.
        attributes: ``_`` stands for ``-`` in names, and one at the end is left out:
            ``class_="wide"``.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{joined(*contents)}</{name}>")


def joined(*contents: Content) -> Markup:
    """Return contents one after the other, texts escaped."""
    return Markup(
        "".join(
            one if isinstance(one, Markup) else escape(str(one)) for one in contents
        )
    )
