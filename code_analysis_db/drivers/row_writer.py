"""The writes of table rows: what is sent to a session, and what comes of it.

What reaches a session runs inside a scope's ``write``, which undoes it where it fails.
A driver says how its database numbers and returns rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import (
    Any,
    Callable,
    Generic,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from ..dialects.insert_plan import InsertPlan
from ..dialects.statement import Statement
from ..dialects.table_statements import TableStatements
from ..exceptions import GuardError
from ..rows import RowBlock
from .row_operations import Returning, RowId, Where
from .scope import S, Scope

PlannedRows = Tuple[InsertPlan, List[Sequence[Any]]]
"""A plan, and the rows that it encoded."""

Rows = List[Sequence[Any]]


class RowWriter(ABC, Generic[S]):
    """Writes rows through the sessions of one kind of database; keeps no state."""

    # --- in a scope ---------------------------------------------------------------

    def insert(
        self,
        scope: Scope[S],
        statements: TableStatements,
        planned: Sequence[PlannedRows],
        returning: Returning,
    ) -> Union[List[RowId], RowBlock]:
        """Insert or upsert planned rows, all or nothing, and return their ids in the
        rows' order, or the rows where ``returning`` is given."""
        if returning is None:
            if not planned:
                return []
            return scope.write(
                partial(self.insert_rows, planned), several=self.is_several(planned)
            )
        names = None if returning == "*" else returning
        columns = list(statements.select(columns=names, limit=0).columns)
        if not planned:
            return RowBlock(columns, [])
        work = partial(self.insert_returning, planned)
        return RowBlock(columns, scope.write(work, several=True))

    def update(
        self,
        scope: Scope[S],
        statements: TableStatements,
        where: Where,
        data: Mapping[str, Any],
        returning: Returning,
        *,
        all_rows: bool,
        max_affected: Optional[int],
    ) -> Union[int, RowBlock]:
        """Update the rows that match and return how many, or the rows.

        Raises:
            GuardError: as :meth:`~.row_operations.RowOperations.update_rows` says.
        """
        statement = statements.update(where, data, returning, all_rows)
        return self.change(scope, statement, max_affected)

    def delete(
        self,
        scope: Scope[S],
        statements: TableStatements,
        where: Where,
        returning: Returning,
        *,
        all_rows: bool,
        max_affected: Optional[int],
    ) -> Union[int, RowBlock]:
        """Delete the rows that match, as :meth:`update` updates them."""
        statement = statements.delete(where, returning, all_rows)
        return self.change(scope, statement, max_affected)

    def change(
        self, scope: Scope[S], statement: Statement, max_affected: Optional[int]
    ) -> Union[int, RowBlock]:
        """Send an UPDATE or DELETE."""
        return scope.write(
            partial(self.change_rows, statement, max_affected),
            several=max_affected is not None or bool(statement.columns),
        )

    # --- with a session -----------------------------------------------------------

    def is_several(self, planned: Sequence[PlannedRows]) -> bool:
        """Tell whether an insert that returns ids takes more than one statement."""
        return len(planned) != 1 or len(planned[0][1]) != 1

    def lone_insert(
        self, plan: InsertPlan, row: Sequence[Any]
    ) -> Optional[Tuple[str, Callable[[Rows], RowId]]]:
        """Return the one statement that inserts an encoded row, and what tells the
        row's id of what it returns; None where it takes more, or another, than that."""
        return None

    @abstractmethod
    def insert_rows(self, planned: Sequence[PlannedRows], session: S) -> List[RowId]:
        """Insert the rows and return their ids, in the rows' order."""

    def insert_returning(self, planned: Sequence[PlannedRows], session: S) -> Rows:
        """Insert the rows and return them as stored, in the rows' order."""
        rows: Rows = []
        for plan, encoded in planned:
            returned: Rows = []
            for step in plan.steps(encoded):
                returned += session.query(step.sql, step.params)
            rows += plan.decode(returned) if plan.decode is not None else returned
        return rows

    @abstractmethod
    def run_change(self, statement: Statement, session: S) -> Tuple[int, Rows]:
        """Run an UPDATE or DELETE and return how many rows it met, and those rows
        where it returns any."""

    def change_rows(
        self, statement: Statement, max_affected: Optional[int], session: S
    ) -> Union[int, RowBlock]:
        """Run an UPDATE or DELETE and return how many rows it met, or the rows.

        Raises:
            GuardError: it met more than ``max_affected``.
        """
        affected, rows = self.run_change(statement, session)
        check_affected(affected, max_affected)
        if not statement.columns:
            return affected
        if statement.decode is not None:
            rows = statement.decode(rows)
        return RowBlock(list(statement.columns), rows)


def check_affected(affected: int, max_affected: Optional[int]) -> None:
    """Refuse a change that met more rows than it may.

    Raises:
        GuardError: it did.
    """
    if max_affected is not None and affected > max_affected:
        raise GuardError(
            f"{affected} rows match, more than max_affected={max_affected!r};"
            " nothing was changed"
        )
