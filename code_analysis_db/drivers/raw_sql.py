"""Raw SQL: what ``execute`` and ``execute_many`` send, and what they return."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Dict, Generic, List, Optional, Sequence

from ..dialects.sql_text import SqlText
from ..rows import RowBlock
from .scope import S, Scope

CHANGING = ("INSERT", "REPLACE", "UPDATE", "DELETE")
INSERTING = ("INSERT", "REPLACE")


class RawSql(ABC, Generic[S]):
    """Runs statements of the database's own SQL.

    Attributes:
        write_is_several: whether :meth:`write` sends more than the statement itself.
    """

    write_is_several: ClassVar[bool]

    @abstractmethod
    def read(self, scope: Scope[S], sql: str, params: Sequence[Any]) -> Dict[str, Any]:
        """Run a query and return its rows as ``execute`` does."""

    @abstractmethod
    def write(
        self, text: SqlText, sql: str, params: Sequence[Any], session: S
    ) -> Dict[str, Any]:
        """Run any other statement inside a scope's ``write``."""

    @abstractmethod
    def write_many(
        self, sql: str, params_list: Sequence[Sequence[Any]], session: S
    ) -> int:
        """Run a statement for each item inside a scope's ``write``."""

    def close(self) -> None:
        """Let go of what was kept for the results' types."""
        return None


def outcome(
    affected: int,
    last_id: int,
    names: Optional[Sequence[str]],
    rows: List[Sequence[Any]],
) -> Dict[str, Any]:
    """Return the result of a statement; without ``names`` it returned no rows."""
    data = None
    if names is not None:
        data = RowBlock(distinct_names(names), rows).to_dicts()
    return {"affected_rows": affected, "last_insert_id": last_id, "data": data}


def distinct_names(names: Sequence[str]) -> List[str]:
    """Return the names with ``_2``, ``_3`` … appended to those that were there."""
    distinct: List[str] = []
    for name in names:
        number = 1
        free = name
        while free in distinct or (number > 1 and free in names):
            number += 1
            free = f"{name}_{number}"
        distinct.append(free)
    return distinct
