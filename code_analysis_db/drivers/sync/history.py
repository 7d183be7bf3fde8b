"""The syncs that there were: when, from which version to which, and what came of it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict, Generic, List, Sequence

import attrs

from ...dialects.base import Dialect
from ...enums import LogicalType
from ...schema import INTERNAL_PREFIX, Column, Table
from ..catalogue import Catalogue
from ..scope import S
from .own_table import OwnTable

HISTORY = f"{INTERNAL_PREFIX}history"
APPLIED = "applied"

_TABLE = Table(
    name=HISTORY,
    columns=(
        Column("id", LogicalType.INTEGER, nullable=False, autoincrement=True),
        Column("started_at", LogicalType.TEXT, nullable=False),
        Column("from_version", LogicalType.TEXT, nullable=False),
        Column("to_version", LogicalType.TEXT, nullable=False),
        Column("plan", LogicalType.TEXT, nullable=False),
        Column("seconds", LogicalType.REAL, nullable=False),
        Column("outcome", LogicalType.TEXT, nullable=False),
    ),
    primary_key=("id",),
)


@attrs.frozen
class HistoryEntry:
    """A sync that changed something, or was to.

    Attributes:
        started_at: in UTC.
        from_version: of the schema before, ``""`` for none.
        to_version: of the definition.
        steps: as the report shows them.
        seconds: that it took.
        outcome: ``"applied"``, or ``"failed: "`` and why.
    """

    started_at: datetime
    from_version: str
    to_version: str
    steps: List[Dict[str, Any]]
    seconds: float
    outcome: str


class History(Generic[S]):
    """The history of a database, which it keeps itself."""

    def __init__(self, catalogue: Catalogue[S], dialect: Dialect) -> None:
        """Keep it in a table of the driver's own."""
        self._table: OwnTable[S] = OwnTable(_TABLE, catalogue, dialect)

    def add(self, session: S, entry: HistoryEntry) -> None:
        """Add an entry."""
        self._table.add(
            session,
            (
                entry.started_at.astimezone(timezone.utc).isoformat(),
                entry.from_version,
                entry.to_version,
                json.dumps(entry.steps),
                entry.seconds,
                entry.outcome,
            ),
        )

    def replace(self, session: S, entries: Sequence[HistoryEntry]) -> None:
        """Make these entries the history."""
        self._table.prepare(session)
        self._table.clear(session)
        for entry in entries:
            self.add(session, entry)

    def entries(self, session: S) -> List[HistoryEntry]:
        """Return the entries, the first one first."""
        return [
            HistoryEntry(
                datetime.fromisoformat(started_at),
                from_version,
                to_version,
                json.loads(plan),
                seconds,
                outcome,
            )
            for started_at, from_version, to_version, plan, seconds, outcome in (
                self._table.rows(session)
            )
        ]
