"""The operators of ``where``: what each takes, and the condition that it makes.

An operator appends its parameters, in stored form, in the order in which the text of
its condition asks for them.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NoReturn, Optional

from ..enums import LogicalType
from ..exceptions import DriverQueryError, InvalidValueError
from ..schema import near_hint
from ..short_repr import short_repr
from .base import Dialect
from .column_codec import ColumnCodec
from .condition import FALSE, TRUE, Condition, is_null, negation, not_null

_LAST_CHARACTER = "\U0010ffff"
_BEFORE_SURROGATES = "\ud7ff"
_AFTER_SURROGATES = "\ue000"

Match = Callable[[str, str, List[Any]], Condition]
"""Reads a query of the fulltext index that a column is in."""


class OperatorReader:
    """Reads the operators of one dialect."""

    def __init__(
        self,
        table_name: str,
        dialect: Dialect,
        packs: bool,
        match: Optional[Match] = None,
    ) -> None:
        """Prepare to read the conditions of a table.

        Args:
            packs: whether lists may go in one parameter; not where literals stand.
            match: reads what is asked of a fulltext index; None refuses it.
        """
        self._ask = match
        self._table_name = table_name
        self._dialect = dialect
        self._packs = packs

    def read(
        self, codec: ColumnCodec, name: Any, value: Any, params: List[Any]
    ) -> Condition:
        """Return the condition of ``{column: {name: value}}``.

        Raises:
            DriverQueryError: unknown operator, or a value that it does not take.
        """
        read = _OPERATORS.get(name) if isinstance(name, str) else None
        if read is None:
            hint = near_hint(name, _OPERATORS)
            if codec.column.type is LogicalType.JSON and not hint:
                hint = "; a JSON value to compare with goes in {'eq': value}"
            raise DriverQueryError(
                f"unknown operator {short_repr(name)} for column"
                f" {codec.column.name!r} of table {self._table_name!r}{hint}",
                table=self._table_name,
                column=codec.column.name,
            )
        return read(self, codec, name, value, params)

    # --- one value -------------------------------------------------------------------

    def _compare(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``gt gte lt lte``."""
        if value is None:
            self._refuse(codec, name, value, "nothing compares with NULL")
        if codec.column.type is LogicalType.JSON:
            self._refuse(codec, name, value, "JSON values have no order")
        params.append(codec.comparand(value))
        return (name, codec.column.name)

    def _eq(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``eq``; None means IS NULL."""
        if value is None:
            return self._null_test(codec, True)
        params.append(codec.comparand(value))
        return ("eq", codec.column.name)

    def _neq(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``neq``, which leaves NULLs out; None means IS NOT NULL."""
        if value is None:
            return self._null_test(codec, False)
        params.append(codec.comparand(value))
        return ("neq", codec.column.name)

    def _is_distinct(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``is_distinct``, to which NULL is a value."""
        if value is None:
            return self._null_test(codec, False)
        params.append(codec.comparand(value))
        return ("is_distinct", codec.column.name)

    def _is_null(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``is_null`` with True or False."""
        if not isinstance(value, bool):
            self._refuse(codec, name, value, "it takes true or false")
        return self._null_test(codec, value)

    def _null_test(self, codec: ColumnCodec, wanted: bool) -> Condition:
        """Test for NULL; a constant where the column takes none."""
        if not codec.column.nullable:
            return FALSE if wanted else TRUE
        return is_null(codec.column.name) if wanted else not_null(codec.column.name)

    # --- several values --------------------------------------------------------------

    def _in(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``in``; no row for an empty list."""
        if not isinstance(value, (list, tuple, set, frozenset)):
            self._refuse(codec, name, value, "it takes a list")
        if None in value:
            self._refuse(
                codec, name, value, "None is no member; join {'is_null': True} by 'or'"
            )
        if not value:
            return FALSE
        stored = [codec.comparand(member) for member in value]
        if self._packs:
            packed = self._dialect.pack_list(codec.column, stored)
            if packed is not None:
                params.append(packed)
                return ("in", codec.column.name, 0)
            # Few lengths make few statements: fill up with a value that is there.
            length = 1 << (len(stored) - 1).bit_length()
            if length <= self._dialect.max_parameters // 2:
                stored += stored[-1:] * (length - len(stored))
        params += stored
        return ("in", codec.column.name, len(stored))

    def _not_in(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``not_in``; every row for an empty list."""
        return negation(self._in(codec, name, value, params))

    def _between(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``between``, both bounds included."""
        if not isinstance(value, (list, tuple)) or len(value) != 2 or None in value:
            self._refuse(codec, name, value, "it takes a list of two values")
        if codec.column.type is LogicalType.JSON:
            self._refuse(codec, name, value, "JSON values have no order")
        params += map(codec.comparand, value)
        return ("between", codec.column.name)

    def _not_between(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``not_between``."""
        return negation(self._between(codec, name, value, params))

    # --- text ------------------------------------------------------------------------

    def _like(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``like`` and ``ilike``."""
        pattern = self._text(codec, name, value)
        if _ends_in_lone_backslash(pattern):
            self._refuse(codec, name, value, "the last backslash escapes nothing")
        return self._pattern(codec, name, pattern, name == "like", params)

    def _not_like(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``not_like`` and ``not_ilike``."""
        positive = name[len("not_") :]
        return negation(self._like(codec, positive, value, params))

    def _pattern(
        self,
        codec: ColumnCodec,
        name: str,
        pattern: str,
        case_sensitive: bool,
        params: List[Any],
    ) -> Condition:
        """Test a pattern; a constant where it matches whatever is there."""
        if pattern and not pattern.strip("%") and not codec.column.nullable:
            return TRUE
        encoded = self._dialect.encode_pattern(pattern, case_sensitive)
        limit = self._dialect.max_pattern_bytes
        if limit is not None and len(encoded.encode()) > limit:
            self._refuse(
                codec, name, pattern, f"a pattern has up to {limit} bytes of UTF-8"
            )
        params.append(encoded)
        return ("like", codec.column.name, case_sensitive)

    def _startswith(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``startswith``, as the range from the prefix to the next one."""
        prefix = self._text(codec, name, value)
        if not prefix and not codec.column.nullable:
            return TRUE
        params.append(prefix)
        after = _next_prefix(prefix)
        if after:
            params.append(after)
        return ("prefix", codec.column.name, bool(after))

    def _endswith(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``endswith``."""
        text = _escaped(self._text(codec, name, value))
        return self._pattern(codec, name, f"%{text}", True, params)

    def _contains(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``contains``."""
        text = _escaped(self._text(codec, name, value))
        return self._pattern(codec, name, f"%{text}%", True, params)

    def _match(
        self, codec: ColumnCodec, name: str, value: Any, params: List[Any]
    ) -> Condition:
        """``match``: what a query finds in the column's fulltext index."""
        if not isinstance(value, str):
            self._refuse(codec, name, value, "it takes text")
        if self._ask is None:
            self._refuse(codec, name, value, "no index can be asked here")
        return self._ask(codec.column.name, value, params)

    def _text(self, codec: ColumnCodec, name: str, value: Any) -> str:
        """Return the text to search for in a TEXT column."""
        if codec.column.type is not LogicalType.TEXT:
            self._refuse(codec, name, value, "it needs a TEXT column")
        if value is None:
            self._refuse(codec, name, value, "it takes text")
        text: str = codec.comparand(value)
        return text

    def _refuse(
        self, codec: ColumnCodec, name: str, value: Any, reason: str
    ) -> NoReturn:
        """Raise the error for a value that the operator does not take."""
        raise InvalidValueError(
            f"operator {name!r} on column {codec.column.name!r} of table"
            f" {self._table_name!r} ({codec.column.type.value}) does not take"
            f" {short_repr(value)}: {reason}",
            table=self._table_name,
            column=codec.column.name,
        )


_Read = Callable[[OperatorReader, ColumnCodec, str, Any, List[Any]], Condition]

_OPERATORS: Dict[str, _Read] = {
    "eq": OperatorReader._eq,
    "neq": OperatorReader._neq,
    "gt": OperatorReader._compare,
    "gte": OperatorReader._compare,
    "lt": OperatorReader._compare,
    "lte": OperatorReader._compare,
    "in": OperatorReader._in,
    "not_in": OperatorReader._not_in,
    "between": OperatorReader._between,
    "not_between": OperatorReader._not_between,
    "like": OperatorReader._like,
    "not_like": OperatorReader._not_like,
    "ilike": OperatorReader._like,
    "not_ilike": OperatorReader._not_like,
    "startswith": OperatorReader._startswith,
    "endswith": OperatorReader._endswith,
    "contains": OperatorReader._contains,
    "is_null": OperatorReader._is_null,
    "is_distinct": OperatorReader._is_distinct,
    "match": OperatorReader._match,
}


def _ends_in_lone_backslash(pattern: str) -> bool:
    """Tell whether the pattern ends in a backslash that nothing escapes."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def _escaped(text: str) -> str:
    """Return the pattern that matches the text itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _next_prefix(prefix: str) -> str:
    """Return the least text after all that start with the prefix, "" if there is none.

    In the order of code points, without surrogates, which no text holds.
    """
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return ""
    last = stem[-1]
    following = _AFTER_SURROGATES if last == _BEFORE_SURROGATES else chr(ord(last) + 1)
    return stem[:-1] + following
