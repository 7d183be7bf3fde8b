"""The base of the rules: values of a column in, values in normal form out.

Rules work on a whole column at a time, with C-level passes (``set(map(type, …))``), so
that bulk writes cost little; a single value takes the same way unless a rule has a
shorter one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import AbstractSet, Any, ClassVar, FrozenSet, NoReturn, Sequence, Tuple

from ...exceptions import InvalidValueError
from ..column import Column
from ...short_repr import short_repr

Kinds = AbstractSet[type]


class ValueRule(ABC):
    """The rule of one column.

    Attributes:
        column: the column.
        exact: the types that are taken without a further look.
        refused: subclasses of those that are something else (``bool`` is an ``int``).
    """

    exact: ClassVar[FrozenSet[type]]
    refused: ClassVar[Tuple[type, ...]] = ()

    def __init__(self, table_name: str, column: Column) -> None:
        """Make the rule of ``column`` in the table ``table_name``."""
        self._table_name = table_name
        self.column = column

    def check(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Return the values in normal form, the same object where nothing changes.

        Args:
            values: none of them None.
            kinds: the set of their types.

        Raises:
            InvalidValueError: names the table, the column, its type and the value.
        """
        if not kinds <= self.exact:
            self._check_kinds(values, kinds)
        return self._normal_form(values, kinds)

    def check_one(self, value: Any) -> Any:
        """Return one value, not None, in normal form."""
        return self.check((value,), {type(value)})[0]

    def comparand(self, value: Any) -> Any:
        """Return a value to compare the column with, not None, in normal form.

        It must be of the type, and may be one that the column could not hold.
        """
        return self.check_one(value)

    @abstractmethod
    def _normal_form(self, values: Sequence[Any], kinds: Kinds) -> Sequence[Any]:
        """Check what the types do not tell, and convert."""

    def _check_kinds(self, values: Sequence[Any], kinds: Kinds) -> None:
        """Accept subclasses of the exact types, refuse everything else."""
        accepted = tuple(self.exact)
        for kind in kinds - self.exact:
            if issubclass(kind, self.refused) or not issubclass(kind, accepted):
                culprit = next(value for value in values if type(value) is kind)
                self.refuse(culprit)

    def refuse(self, value: Any, reason: str = "") -> NoReturn:
        """Raise the error that says that ``value`` does not go into the column."""
        column = self.column
        because = f": {reason}" if reason else ""
        raise InvalidValueError(
            f"column {column.name!r} of table {self._table_name!r} is"
            f" {column.type.value} and does not take the {type(value).__name__}"
            f" {short_repr(value)}{because}",
            table=self._table_name,
            column=column.name,
        )
