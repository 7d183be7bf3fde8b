"""The form in which a word goes to a database, and to its query.

:data:`PLAIN` is for a tokenizer that can be told what letters are (SQLite's): the word
itself, a whole behind ``_``.  :data:`ENCODED` is for those of servers, of which each
has its own idea: ASCII letters and digits, three at least, and no stop word:

==========================  ==========================================
``zz`` + the word           a part, of ASCII letters and digits only
``zx`` + four digits each   a part with others: base 36 of code points
``zy``, ``zw``              the same of a whole
==========================  ==========================================

A word starts with another one exactly if its form does, but for ASCII against the
rest, hence :meth:`Form.beginnings`.  The longest form has 82 letters, two less than
MySQL takes (``innodb_ft_max_token_size``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Tuple

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Form(ABC):
    """How words are written."""

    @abstractmethod
    def part(self, word: str) -> str:
        """Return a part of an identifier, or a word that stands alone."""

    @abstractmethod
    def whole(self, word: str) -> str:
        """Return an identifier of several parts."""

    def beginnings(self, prefix: str) -> Tuple[str, ...]:
        """Return how a word may start that starts with ``prefix``."""
        return (self.part(prefix), self.whole(prefix))

    def part_beginnings(self, prefix: str) -> Tuple[str, ...]:
        """Return how a part may start that starts with ``prefix``."""
        return (self.part(prefix),)


class _PlainForm(Form):
    """Words as they are."""

    def part(self, word: str) -> str:
        """Return the word."""
        return word

    def whole(self, word: str) -> str:
        """Return the word with its mark."""
        return f"_{word}"


class _EncodedForm(Form):
    """Words as ASCII."""

    def part(self, word: str) -> str:
        """Return ``zz…`` or ``zx…``."""
        return f"zz{word}" if word.isascii() else f"zx{_encoded(word)}"

    def whole(self, word: str) -> str:
        """Return ``zy…`` or ``zw…``."""
        return f"zy{word}" if word.isascii() else f"zw{_encoded(word)}"

    def beginnings(self, prefix: str) -> Tuple[str, ...]:
        """An ASCII prefix starts words of both kinds."""
        forms = self.part_beginnings(prefix)
        if prefix.isascii():
            return (*forms, self.whole(prefix), f"zw{_encoded(prefix)}")
        return (*forms, self.whole(prefix))

    def part_beginnings(self, prefix: str) -> Tuple[str, ...]:
        """An ASCII prefix starts words of both kinds."""
        if prefix.isascii():
            return (self.part(prefix), f"zx{_encoded(prefix)}")
        return (self.part(prefix),)


def _encoded(word: str) -> str:
    """Return four digits for each letter."""
    return "".join(map(_four_digits, word))


@lru_cache(maxsize=4096)
def _four_digits(letter: str) -> str:
    """Return the letter's code point."""
    rest, digits = ord(letter), ""
    for _ in range(4):
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return digits


PLAIN: Form = _PlainForm()
ENCODED: Form = _EncodedForm()
