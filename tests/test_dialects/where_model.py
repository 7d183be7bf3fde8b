"""What a ``where`` means, in Python: the model that the SQL is compared with.

Truth is True, False, or None for SQL's unknown.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterable, Mapping, Optional

Truth = Optional[bool]


def truth_not(value: Truth) -> Truth:
    """NOT."""
    return None if value is None else not value


def truth_and(values: Iterable[Truth]) -> Truth:
    """AND."""
    seen = list(values)
    if False in seen:
        return False
    return None if None in seen else True


def truth_or(values: Iterable[Truth]) -> Truth:
    """OR."""
    return truth_not(truth_and([truth_not(value) for value in values]))


def matches(row: Mapping[str, Any], where: Mapping[str, Any]) -> Truth:
    """Return whether a row matches."""
    return truth_and(_entry(row, key, value) for key, value in where.items())


def _entry(row: Mapping[str, Any], key: str, value: Any) -> Truth:
    """Return the truth of one entry."""
    if key == "or":
        return truth_or([matches(row, part) for part in value])
    if key == "and":
        return truth_and([matches(row, part) for part in value])
    if key == "not":
        return truth_not(matches(row, value))
    held = row[key.lstrip("\\")]
    if isinstance(value, dict):
        return truth_and(_test(held, name, operand) for name, operand in value.items())
    if isinstance(value, list):
        return _test(held, "in", value)
    return _test(held, "eq", value)


def _test(held: Any, name: str, operand: Any) -> Truth:
    """Return the truth of one operator."""
    if name == "is_null":
        return bool((held is None) is operand)
    if name == "is_distinct":
        return bool(held != operand)
    if operand is None:
        return (held is None) is (name == "eq")
    if name in ("in", "not_in") and not operand:
        return name == "not_in"
    if held is None:
        return None
    if name.startswith("not_"):
        return truth_not(_test(held, name[len("not_") :], operand))
    return _TESTS[name](held, operand)


def _like(held: str, pattern: str, flags: int = 0) -> bool:
    """Return whether a pattern matches."""
    expression = ""
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            expression += re.escape(next(letters))
        else:
            expression += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
    return re.fullmatch(expression, held, re.DOTALL | flags) is not None


def _ilike(held: str, pattern: str) -> bool:
    """Return whether a pattern matches, ASCII letters in any case."""
    return _like(held, pattern, re.IGNORECASE | re.ASCII)


_TESTS: Dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda held, operand: bool(held == operand),
    "neq": lambda held, operand: bool(held != operand),
    "gt": lambda held, operand: bool(held > operand),
    "gte": lambda held, operand: bool(held >= operand),
    "lt": lambda held, operand: bool(held < operand),
    "lte": lambda held, operand: bool(held <= operand),
    "in": lambda held, operand: held in operand,
    "between": lambda held, operand: bool(operand[0] <= held <= operand[1]),
    "like": _like,
    "ilike": _ilike,
    "startswith": lambda held, operand: bool(held.startswith(operand)),
    "endswith": lambda held, operand: bool(held.endswith(operand)),
    "contains": lambda held, operand: operand in held,
}
