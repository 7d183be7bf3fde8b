"""What SQLite must be taught on every connection: to compare and to add decimals, which
are stored as text (see ``sqlite_storage``), to tell the form of a text, and its words.

:data:`COLLATIONS` goes to ``create_collation``, :data:`AGGREGATES` to
``create_aggregate`` and :data:`FUNCTIONS` to ``create_function``; SQL names them as
:class:`~code_analysis_db.dialects.sqlite.SQLiteDialect` writes it.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, Callable, Dict, Optional, Tuple

from ..fulltext import PLAIN, WordsText
from ..schema import INTERNAL_PREFIX

DECIMAL_COLLATION = "DECIMAL"
DECIMAL_SUM = "decimal_sum"
DECIMAL_AVERAGE = "decimal_avg"
HAS_FORM = "has_form"
WORDS = f"{INTERNAL_PREFIX}words"

_AVERAGE_DIGITS = 4
"""Digits that an average has more than what it is over, as on MySQL."""

_CONTEXT_DIGITS = 1000


def compare_decimals(left: str, right: str) -> int:
    """Order two texts as numbers; text that is no number comes last, by itself."""
    if left == right:
        return 0
    try:
        first, second = Decimal(left), Decimal(right)
    except InvalidOperation:
        return _compare_strays(left, right)
    return (first > second) - (first < second)


def _compare_strays(left: str, right: str) -> int:
    """Order two texts of which one at least is no number."""
    first, second = (_is_stray(left), left), (_is_stray(right), right)
    return (first > second) - (first < second)


def _is_stray(text: str) -> bool:
    """Tell whether text is no number."""
    try:
        Decimal(text)
    except InvalidOperation:
        return True
    return False


def has_form(text: Any, pattern: str) -> Optional[bool]:
    """Tell whether a value is text of the form that a pattern says; None for NULL."""
    if text is None:
        return None
    return isinstance(text, str) and re.match(pattern, text) is not None


_words = WordsText(PLAIN)


def words_of(content: Any) -> Optional[str]:
    """Return the words of a text for its fulltext index; None for NULL."""
    return _words.write(content) if isinstance(content, str) else None


class DecimalSum:
    """The aggregate ``decimal_sum(column)``: exact, NULL over no values."""

    def __init__(self) -> None:
        """Start with no values."""
        self._context = Context(prec=_CONTEXT_DIGITS, rounding=ROUND_HALF_UP)
        self._total = Decimal(0)
        self._count = 0

    def step(self, text: Optional[str]) -> None:
        """Add a value; NULLs do not count."""
        if text is not None:
            self._total = self._context.add(self._total, Decimal(text))
            self._count += 1

    def finalize(self) -> Optional[str]:
        """Return the sum, with the scale of the values."""
        return format(self._total, "f") if self._count else None


class DecimalAverage(DecimalSum):
    """The aggregate ``decimal_avg(column)``: rounded half away from zero to four
    digits more than the values have."""

    def finalize(self) -> Optional[str]:
        """Return the average."""
        if not self._count:
            return None
        exponent = self._total.as_tuple().exponent
        assert isinstance(exponent, int)
        unit = Decimal((0, (1,), min(exponent, 0) - _AVERAGE_DIGITS))
        quotient = self._context.divide(self._total, Decimal(self._count))
        return format(quotient.quantize(unit, context=self._context), "f")


COLLATIONS: Dict[str, Callable[[str, str], int]] = {DECIMAL_COLLATION: compare_decimals}

AGGREGATES: Dict[str, Tuple[int, type]] = {
    DECIMAL_SUM: (1, DecimalSum),
    DECIMAL_AVERAGE: (1, DecimalAverage),
}

FUNCTIONS: Dict[str, Tuple[int, Callable[..., Any]]] = {
    HAS_FORM: (2, has_form),
    WORDS: (1, words_of),
}
