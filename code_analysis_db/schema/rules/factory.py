"""Which rule a column has."""

from __future__ import annotations

from typing import Dict, Optional, Tuple, Type

from ...enums import LogicalType
from ..column import Column
from .json_value import JsonRule
from .moment import DateRule, DatetimeRule, TimeRule
from .number import BooleanRule, DecimalRule, IntegerRule, RealRule
from .text import BlobRule, TextRule, UuidRule
from .value_rule import ValueRule

KEY_TEXT_LIMIT = 700
"""Characters of text that a key holds on every database.

MySQL keys hold 3072 bytes, 768 characters of four bytes each.
"""

_RULES: Dict[LogicalType, Type[ValueRule]] = {
    LogicalType.INTEGER: IntegerRule,
    LogicalType.REAL: RealRule,
    LogicalType.BOOLEAN: BooleanRule,
    LogicalType.DATETIME: DatetimeRule,
    LogicalType.DATE: DateRule,
    LogicalType.TIME: TimeRule,
    LogicalType.DECIMAL: DecimalRule,
    LogicalType.BLOB: BlobRule,
    LogicalType.JSON: JsonRule,
    LogicalType.UUID: UuidRule,
}


def value_rule(
    table_name: str, column: Column, key_limit: Optional[int] = None
) -> ValueRule:
    """Return the rule of a column.

    Args:
        table_name: for the errors.
        column: the column.
        key_limit: the most characters that the keys with this column leave to it.
    """
    if column.type is LogicalType.TEXT:
        limit, reason = _text_limit(column.length, key_limit)
        return TextRule(table_name, column, limit, reason)
    return _RULES[column.type](table_name, column)


def _text_limit(
    length: Optional[int], key_limit: Optional[int]
) -> Tuple[Optional[int], str]:
    """Return the smaller of the two limits and what to call it."""
    if length is not None and (key_limit is None or length <= key_limit):
        return length, "the column's length"
    return key_limit, "the most that text in a key may have"
