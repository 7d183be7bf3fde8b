"""The rules of INTEGER, REAL, BOOLEAN and DECIMAL columns."""

from __future__ import annotations

from array import array
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from math import isfinite
from typing import Any, Sequence

from ..column import Column
from .value_rule import Kinds, ValueRule

INTEGER_MIN = -(2**63)
INTEGER_MAX = 2**63 - 1


class IntegerRule(ValueRule):
    """64-bit integers; a bool is none."""

    exact = frozenset({int})
    refused = (bool,)

    def check_one(self, value: Any) -> Any:
        """Take the short way for a plain int."""
        if type(value) is int and INTEGER_MIN <= value <= INTEGER_MAX:
            return value
        return super().check_one(value)

    comparand = check_one

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Check the range in one C-level pass."""
        try:
            array("q", values)
        except OverflowError:
            for value in values:
                if not INTEGER_MIN <= value <= INTEGER_MAX:
                    self.refuse(value, "it is beyond 64 bits")
        return values


class RealRule(ValueRule):
    """Finite doubles; an int that a double holds exactly will do."""

    exact = frozenset({float, int})
    refused = (bool,)

    def check_one(self, value: Any) -> Any:
        """Take the short way for a plain float."""
        if type(value) is float and isfinite(value):
            return value
        return super().check_one(value)

    comparand = check_one

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Refuse NaN and infinities, turn ints into floats."""
        if kinds != {float}:
            values = [self._to_float(value) for value in values]
        if not all(map(isfinite, values)):
            culprit = next(value for value in values if not isfinite(value))
            self.refuse(culprit, "NaN and infinities are not stored")
        return values

    def _to_float(self, value: Any) -> float:
        """Return the value as a float, if it is the same number."""
        try:
            number = float(value)
        except OverflowError:
            self.refuse(value, "it is beyond a double")
        if isinstance(value, int) and number != value:
            self.refuse(value, "a double does not hold it exactly")
        return number


class BooleanRule(ValueRule):
    """True and False, and nothing that merely looks like them."""

    exact = frozenset({bool})

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Return the values as they are."""
        return values


class DecimalRule(ValueRule):
    """Decimals that fit the column's precision and scale exactly.

    The normal form has the column's scale and no negative zero.
    """

    exact = frozenset({Decimal})

    def __init__(self, table_name: str, column: Column) -> None:
        """Prepare a context in which nothing is rounded silently."""
        super().__init__(table_name, column)
        self._precision = column.precision or 1
        self._scale = column.scale or 0
        self._exponent = Decimal((0, (1,), -self._scale))
        self._zero = Decimal((0, (0,), -self._scale))

    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Bring every value to the column's scale."""
        # A context is not thread-safe (it collects flags), hence one a call.
        context = Context(prec=self._precision, traps=[Inexact, InvalidOperation])
        quantize, exponent, zero = context.quantize, self._exponent, self._zero
        try:
            scaled = [quantize(value, exponent) for value in values]
        except DecimalException:
            self._refuse_first_misfit(values, context)
        if not all(map(isfinite, scaled)):
            culprit = next(value for value in values if not value.is_finite())
            self.refuse(culprit, "NaN and infinities are not stored")
        return [value or zero for value in scaled]

    def _refuse_first_misfit(self, values: Sequence[Any], context: Context) -> None:
        """Refuse the first value that the context cannot bring to scale."""
        for value in values:
            try:
                context.quantize(value, self._exponent)
            except DecimalException:
                self.refuse(
                    value,
                    f"it does not fit precision {self._precision}"
                    f" and scale {self._scale}, and is not rounded",
                )

    def comparand(self, value: Any) -> Any:
        """Take any finite Decimal: comparing needs no fit."""
        if not isinstance(value, Decimal):
            self.refuse(value)
        if not value.is_finite():
            self.refuse(value, "nothing compares with NaN or an infinity")
        try:
            fitting: Decimal = Context(
                prec=self._precision, traps=[Inexact, InvalidOperation]
            ).quantize(value, self._exponent)
        except DecimalException:
            return value
        return fitting or self._zero
