"""What a schema sync is to do, and what it leaves."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import attrs

from .step import Step


@attrs.frozen(slots=True)
class Left:
    """Something that the definition does not have and that is left in the database,
    since to drop or to narrow it would lose data.

    Attributes:
        table: the table.
        column: the column, ``""`` for the table itself.
        reason: why, and that ``allow_destructive`` would do it.
    """

    table: str
    column: str
    reason: str

    def to_report(self) -> Dict[str, Any]:
        """Return it as the report of a sync shows it."""
        return {"table": self.table, "column": self.column, "reason": self.reason}


@attrs.frozen(slots=True)
class Plan:
    """The steps of a sync, in their order.

    Attributes:
        steps: what is to be done; nothing where the database is as it is to be.
        left: what differs and stays.
        limits: what is not done, whatever is in the tables, in words.
        rows_in_the_way: what keeps the plan from being carried out until rows are
            corrected or deleted, in words.
    """

    steps: Tuple[Step, ...] = ()
    left: Tuple[Left, ...] = ()
    limits: Tuple[str, ...] = ()
    rows_in_the_way: Tuple[str, ...] = ()

    @property
    def obstacles(self) -> Tuple[str, ...]:
        """What keeps the plan from being carried out, in words."""
        return self.limits + self.rows_in_the_way
