"""What a select asks for, as one value."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Protocol, Sequence


class Selection(Protocol):
    """The arguments of a select under their names; a request of the interface is one.

    A read of one row passes many hands, and each argument that is handed on costs.
    """

    @property
    def table_name(self) -> str:
        """The table to read."""

    @property
    def where(self) -> Optional[Mapping[str, Any]]:
        """What the rows must be; None for all."""

    @property
    def columns(self) -> Optional[Sequence[str]]:
        """The columns of the result; None for all."""

    @property
    def limit(self) -> Optional[int]:
        """The most rows to return."""

    @property
    def offset(self) -> Optional[int]:
        """How many rows to leave out first."""

    @property
    def order_by(self) -> Any:
        """The columns that the rows are ordered by."""

    @property
    def distinct(self) -> bool:
        """Whether rows that are equal to another are left out."""

    @property
    def after(self) -> Optional[Sequence[Any]]:
        """The ``order_by`` values of the row that the first one follows."""

    @property
    def transaction_id(self) -> Optional[str]:
        """The transaction that the read belongs to."""
