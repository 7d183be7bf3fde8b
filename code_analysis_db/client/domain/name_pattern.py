"""Patterns that names are searched by."""

from __future__ import annotations

from typing import Dict

_WILDCARDS = {"*": "%", "?": "_"}
_ESCAPED = {character: f"\\{character}" for character in "\\%_"}
_PATTERN = str.maketrans({**_ESCAPED, **_WILDCARDS})
_TEXT = str.maketrans(_ESCAPED)


def name_condition(pattern: str, case_sensitive: bool) -> Dict[str, str]:
    r"""Return the condition over a name, in the ``where`` grammar.

    A pattern with ``*`` (any characters) or ``?`` (one) is for the whole name; any
    other is a text that occurs in the name.  No other character has a meaning.

    >>> name_condition("Http*", case_sensitive=True)
    {'like': 'Http%'}
    >>> name_condition("50%_", case_sensitive=False)
    {'ilike': '%50\\%\\_%'}
    """
    if any(wildcard in pattern for wildcard in _WILDCARDS):
        like = pattern.translate(_PATTERN)
    else:
        like = f"%{pattern.translate(_TEXT)}%"
    return {"like" if case_sensitive else "ilike": like}
