"""What a field of a request may hold, in words and as a test.

The checks look at the outer type only: whether a ``where`` names columns that exist, or
a value fits its column, is the driver's to say.
"""

from __future__ import annotations

from typing import Any, Callable, FrozenSet

import attrs

from ..rows import RowBlock


@attrs.frozen
class Check:
    """One rule.

    Attributes:
        expects: what is allowed, to follow "expected" in a message.
        test: tells whether a value is allowed.
        plain: types whose values are allowed unless they are empty, which is told
            without a call of ``test``.
    """

    expects: str
    test: Callable[[Any], bool]
    plain: FrozenSet[type] = frozenset()


def _is_text(value: Any) -> bool:
    """Tell whether the value is a string with something in it."""
    return isinstance(value, str) and value != ""


def _is_count(value: Any) -> bool:
    """Tell whether the value is an integer (negative ones are the driver's to name)."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_mapping(value: Any) -> bool:
    """Tell whether the value is a dict; that its keys are strings, the codec sees."""
    return isinstance(value, dict)


def _is_sequence(value: Any) -> bool:
    """Tell whether the value is a list or a tuple."""
    return isinstance(value, (list, tuple))


def _is_flag(value: Any) -> bool:
    """Tell whether the value is a bool."""
    return isinstance(value, bool)


def _is_text_list(value: Any) -> bool:
    """Tell whether the value is a list of strings."""
    return _is_sequence(value) and all(isinstance(item, str) for item in value)


def _is_returning(value: Any) -> bool:
    """Tell whether the value names columns, or all of them."""
    return value == "*" or _is_text_list(value)


def _is_order(value: Any) -> bool:
    """Tell whether the value is a column's name or a list of order items."""
    return isinstance(value, str) or _is_sequence(value)


def _is_params(value: Any) -> bool:
    """Tell whether the value holds parameters by place or by name."""
    return _is_sequence(value) or _is_mapping(value)


def _is_params_list(value: Any) -> bool:
    """Tell whether the value is a list of sets of parameters."""
    return _is_sequence(value) and all(_is_params(item) for item in value)


def is_block(value: Any) -> bool:
    """Tell whether the value is a block whose rows have its columns."""
    return isinstance(value, RowBlock) and (
        value.is_checked
        or _is_text_list(value.columns)
        and _is_sequence(value.rows)
        and set(map(type, value.rows)) <= {list, tuple}
        and set(map(len, value.rows)) <= {len(value.columns)}
    )


def _is_blocks(value: Any) -> bool:
    """Tell whether the value is a list of blocks."""
    return _is_sequence(value) and all(map(is_block, value))


def _is_operations(value: Any) -> bool:
    """Tell whether the value is a list of (name, fields) pairs."""
    return _is_sequence(value) and all(
        _is_sequence(item)
        and len(item) == 2
        and isinstance(item[0], str)
        and isinstance(item[1], dict)
        for item in value
    )


TEXT = Check("a string that is not empty", _is_text, frozenset({str}))
STRING = Check("a string", lambda value: isinstance(value, str), frozenset({str}))
COUNT = Check("an integer", _is_count, frozenset({int}))
MAPPING = Check("a dict", _is_mapping, frozenset({dict}))
SEQUENCE = Check("a list", _is_sequence, frozenset({list, tuple}))
FLAG = Check("a bool", _is_flag, frozenset({bool}))
TEXT_LIST = Check("a list of strings", _is_text_list)
RETURNING = Check('a list of column names, or "*"', _is_returning)
ORDER = Check(
    "a column name or a list of order items", _is_order, frozenset({str, list, tuple})
)
PARAMS = Check(
    "a list or a dict of parameters", _is_params, frozenset({list, tuple, dict})
)
PARAMS_LIST = Check("a list of lists or dicts of parameters", _is_params_list)
BLOCKS = Check("a list of row blocks, each row as long as its columns", _is_blocks)
OPERATIONS = Check("a list of [name, fields] pairs", _is_operations)
