"""The rules of TEXT, UUID and BLOB columns."""

from __future__ import annotations

import re
from typing import Any, List, Optional, Sequence, Union
from uuid import UUID

from ..column import Column
from .value_rule import Kinds, ValueRule

_is_canonical = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch

_UUID_LENGTH = 36
_UUID_LETTERS = "0123456789abcdef-"
_UUID_DASHES = (8, 13, 18, 23)


def text_fault(joined: str) -> Optional[str]:
    """Return why some database cannot hold the text, or None."""
    if "\0" in joined:
        return "it holds a NUL"
    if not joined.isascii():
        try:
            joined.encode()
        except UnicodeEncodeError:
            return "it holds a lone surrogate"
    return None


class TextRule(ValueRule):
    """Text without NUL and lone surrogates, within the column's length.

    Attributes:
        limit: the most characters, None for no limit.
        limit_reason: what the limit comes from, for the error.
    """

    exact = frozenset({str})

    def __init__(
        self, table_name: str, column: Column, limit: Optional[int], limit_reason: str
    ) -> None:
        """Make the rule with the limit that the column and its keys give."""
        super().__init__(table_name, column)
        self._limit = limit
        self._limit_reason = limit_reason

    def check_one(self, value: Any) -> Any:
        """Take the short way for plain ASCII text."""
        if (
            type(value) is str
            and value.isascii()
            and "\0" not in value
            and (self._limit is None or len(value) <= self._limit)
        ):
            return value
        return super().check_one(value)

    def comparand(self, value: Any) -> Any:
        """Take text of any length."""
        if type(value) is not str and not isinstance(value, str):
            self.refuse(value)
        if "\0" in value or not value.isascii():
            fault = text_fault(value)
            if fault is not None:
                self.refuse(value, fault)
        return value

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Check all texts as one, and their lengths."""
        if text_fault("".join(values)) is not None:
            for value in values:
                fault = text_fault(value)
                if fault is not None:
                    self.refuse(value, fault)
        limit = self._limit
        if limit is not None and max(map(len, values), default=0) > limit:
            culprit = next(value for value in values if len(value) > limit)
            self.refuse(culprit, f"it is longer than {limit}, {self._limit_reason}")
        return values


class UuidRule(ValueRule):
    """UUIDs, also as text; the normal form is lower-case text with dashes."""

    exact = frozenset({UUID, str})

    def check_one(self, value: Any) -> Any:
        """Convert one value, at once where it is canonical already."""
        if type(value) is str and _is_canonical(value):
            return value
        if isinstance(value, (UUID, str)):
            return self._text(value)
        self.refuse(value)

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Return canonical text, the values themselves where they are it already."""
        if kinds == {UUID}:
            return list(map(str, values))
        if kinds == {str} and _all_canonical(values):
            return values
        return [self._text(value) for value in values]

    def _text(self, value: Union[UUID, str]) -> str:
        """Return the canonical text of one UUID."""
        if isinstance(value, UUID):
            return str(value)
        try:
            return str(UUID(value))
        except ValueError:
            self.refuse(value, "it is not the text of a UUID")


def _all_canonical(texts: Sequence[str]) -> bool:
    """Tell whether all texts are UUIDs in canonical form, by C-level passes only."""
    if set(map(len, texts)) != {_UUID_LENGTH}:
        return False
    joined = "".join(texts)
    dashes = "-" * len(texts)
    return (
        not joined.strip(_UUID_LETTERS)
        and joined.count("-") == len(_UUID_DASHES) * len(texts)
        and all(joined[place::_UUID_LENGTH] == dashes for place in _UUID_DASHES)
    )


class BlobRule(ValueRule):
    """Bytes; a bytearray or a memoryview is copied."""

    exact = frozenset({bytes, bytearray, memoryview})

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Return bytes."""
        if kinds == {bytes}:
            return values
        copied: List[bytes] = [bytes(value) for value in values]
        return copied
