"""The rule of JSON columns: any JSON value, as canonical text.

Canonical: keys sorted, no spaces, characters as themselves.  Equal values have equal
texts, so that a database without a JSON type can compare them.
"""

from __future__ import annotations

import json
import re
from typing import Any, List, Optional, Sequence

from .number import INTEGER_MAX, INTEGER_MIN
from .text import text_fault
from .value_rule import Kinds, ValueRule

_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
_decode = json.JSONDecoder().decode
_NUL = "\\u0000"
_LONG_NUMBER = re.compile("[0-9]{19}")
"""Which every int beyond 64 bits has."""


class JsonRule(ValueRule):
    """JSON values: dicts with string keys, lists, tuples (they come back as lists),
    strings, 64-bit ints, finite floats, booleans, None inside of others."""

    exact = frozenset({dict, list, tuple, str, int, float, bool})

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Return the canonical texts."""
        return [self._text(value) for value in values]

    def _text(self, value: Any) -> str:
        """Return the canonical text of one value."""
        try:
            text = _encode(value)
        except RecursionError:
            self.refuse(value, "it is nested too deeply")
        except (TypeError, ValueError) as error:
            self.refuse(value, f"it is no JSON value ({error})")
        if not _is_sound(value, text):
            # Only now: the encoder refuses cycles, which this walk would not survive.
            fault = _fault(value)
            if fault is not None:
                self.refuse(value, fault)
        return text


def _is_sound(value: Any, text: str) -> bool:
    """Tell of most values that have no fault, by their texts, that they have none.

    It takes a quarter of the time of the walk, which syntax trees are large enough to
    notice.
    """
    if _NUL in text or _LONG_NUMBER.search(text) or text_fault(text) is not None:
        return False
    try:
        return bool(_decode(text) == value)
    except RecursionError:
        return False


def _fault(value: Any) -> Optional[str]:
    """Return what the encoder let pass though it would not come back, or None.

    Walks without recursion, and looks at the scalars of a container together.
    """
    pending: List[Any] = [(value,)]
    while pending:
        members = pending.pop()
        if isinstance(members, dict):
            if set(map(type, members)) - {str}:
                odd = next(key for key in members if type(key) is not str)
                return f"the key {odd!r} is not a string"
            fault = text_fault("".join(members))
            if fault is not None:
                return fault
            members = list(members.values())
        fault = _scalars_fault(members)
        if fault is not None:
            return fault
        pending += [m for m in members if isinstance(m, (dict, list, tuple))]
    return None


def _scalars_fault(members: Sequence[Any]) -> Optional[str]:
    """Return what is wrong with the scalars among ``members``, or None."""
    kinds = set(map(type, members))
    if str in kinds:
        fault = text_fault("".join(m for m in members if isinstance(m, str)))
        if fault is not None:
            return fault
    if int in kinds:
        numbers = [member for member in members if type(member) is int]
        if min(numbers) < INTEGER_MIN or max(numbers) > INTEGER_MAX:
            return "it holds an int beyond 64 bits"
    return None
