"""A column's values between a caller and the database: rule and storage together."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Set

from ..schema import Column, Table, ValueRule
from .base import Dialect
from .storage import Converter


class ColumnCodec:
    """Checks and converts the values of one column.

    Attributes:
        column: the column.
        quoted: its name, quoted for SQL.
        term: what stands for its value where it is shown, grouped or compared.
        ordered_term: what stands for it in a test for less or greater.
        decode: stored values to Python values, None where they are the same.
        encode_one: one value, checked and in stored form; None stays None.
        encode_present: the same for a value that is not None.
        comparand: a value that is not None to compare the column with, likewise.
    """

    __slots__ = (
        "_rule",
        "_to_stored",
        "column",
        "comparand",
        "decode",
        "encode_one",
        "encode_present",
        "ordered_term",
        "quoted",
        "term",
    )

    def __init__(self, rule: ValueRule, dialect: Dialect) -> None:
        """Put together the rule and the storage of a column."""
        storage = dialect.storage(rule.column)
        self._rule = rule
        self._to_stored = storage.encode
        self.column: Column = rule.column
        self.quoted = dialect.quote(rule.column.name)
        self.term = dialect.term(rule.column)
        self.ordered_term = dialect.ordered_term(rule.column)
        self.decode: Optional[Converter] = storage.decode
        self.encode_present = _one_way(rule.check_one, storage.encode)
        self.encode_one = _or_none(self.encode_present)
        self.comparand = _one_way(rule.comparand, storage.encode)

    def encode(self, values: Sequence[Any]) -> Sequence[Any]:
        """Check and convert a column's values, None among them or not.

        The same object is returned where nothing had to be converted.
        """
        kinds = set(map(type, values))
        if type(None) not in kinds:
            return self._encode_all(values, kinds)
        kinds.discard(type(None))
        present: List[Any] = [value for value in values if value is not None]
        stored = self._encode_all(present, kinds)
        if stored is present:
            return values
        rest = iter(stored)
        return [None if value is None else next(rest) for value in values]

    def _encode_all(self, values: Sequence[Any], kinds: Set[type]) -> Sequence[Any]:
        """Check and convert values that are not None."""
        normal = self._rule.check(values, kinds)
        return normal if self._to_stored is None else self._to_stored(normal)


def _one_way(
    check: Callable[[Any], Any], to_stored: Optional[Converter]
) -> Callable[[Any], Any]:
    """Return the shortest function that takes one value all the way."""
    if to_stored is None:
        return check
    convert = to_stored

    def converted(value: Any) -> Any:
        """Check and convert."""
        return convert((check(value),))[0]

    return converted


def _or_none(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that leaves None as it is."""

    def encode_or_none(value: Any) -> Any:
        """Check and convert, or leave None."""
        return None if value is None else encode(value)

    return encode_or_none


def column_codecs(table: Table, dialect: Dialect) -> Dict[str, ColumnCodec]:
    """Return the codec of each column of a table, by its name."""
    return {name: ColumnCodec(rule, dialect) for name, rule in table.rules().items()}
