"""The constraints of a table, but for the primary key, which the table itself has."""

from __future__ import annotations

from typing import Optional, Tuple

import attrs

from ..enums import ReferenceAction


@attrs.frozen(slots=True)
class UniqueConstraint:
    """Columns of which no two rows have the same values (NULLs are never the same)."""

    columns: Tuple[str, ...]
    name: Optional[str] = None


@attrs.frozen(slots=True)
class ForeignKey:
    """Columns whose values are those of a row of another table, or NULL.

    Attributes:
        columns: of this table.
        table: the table referred to.
        references: its columns; empty means its primary key.
        on_delete: None where it was not said (the database does ``NO ACTION``).
        on_update: as ``on_delete``.
    """

    columns: Tuple[str, ...]
    table: str
    references: Tuple[str, ...] = ()
    on_delete: Optional[ReferenceAction] = None
    on_update: Optional[ReferenceAction] = None
    name: Optional[str] = None

    def named(self, primary_key: Tuple[str, ...]) -> ForeignKey:
        """Return the same key with the names of the columns that it refers to.

        Args:
            primary_key: of the table referred to.
        """
        return attrs.evolve(self, references=self.references or primary_key)

    def in_order_of(self, names: Tuple[str, ...]) -> ForeignKey:
        """Return the same key with its pairs of columns in another order.

        Args:
            names: the columns that it refers to, in that order.
        """
        own = dict(zip(self.references, self.columns))
        columns = tuple(own[name] for name in names)
        return attrs.evolve(self, columns=columns, references=names)


@attrs.frozen(slots=True)
class CheckConstraint:
    """An SQL expression that is not false for any row, in the database's dialect."""

    expression: str
    name: Optional[str] = None
