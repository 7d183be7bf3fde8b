"""The connections for short statements, lent by the pool of sessions."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Generic, Mapping, Optional, Sequence

from ...dialects.statement import Statement
from ...exceptions import DriverError
from ..express import Express, ExpressWrite
from ..express_session import ExpressSession, Result
from ..row_operations import RowId
from ..row_writer import Rows, RowWriter
from .catalogue import PooledCatalogue
from .pool import SS, ServerPool

_SCALARS = frozenset({int, str})
_SIZED = frozenset({str, bytes})
_LARGE = 65_536
"""Characters or bytes of a value that keeps others waiting."""


class PooledExpress(Express, Generic[SS]):
    """Express sessions on the server of a pool."""

    def __init__(
        self,
        pool: ServerPool[SS],
        catalogue: PooledCatalogue[SS],
        writer: RowWriter[SS],
        connect: Callable[[], ExpressSession],
    ) -> None:
        """Borrow connections from ``pool``.

        Args:
            connect: opens a session.
        """
        self._pool = pool
        self._catalogue = catalogue
        self._writer = writer
        self._connect = connect

    # --- statements ---------------------------------------------------------------

    def select(self, table_name: str, *asked: Any) -> Optional[Statement]:
        """Return the statement of a select over a table that is known."""
        statements = self._catalogue.known(table_name)
        if statements is None:
            return None
        where, columns, limit, offset, order_by, distinct, after = asked
        try:
            return statements.select(
                where, columns, limit, offset, order_by, distinct, after
            )
        except DriverError:
            return None

    def insert(
        self, table_name: str, data: Mapping[str, Any], on_conflict: Optional[str]
    ) -> Optional[ExpressWrite]:
        """Return an insert into a table that is known."""
        statements = self._catalogue.known(table_name)
        if statements is None:
            return None
        try:
            plan = statements.insert_plan(list(data), on_conflict)
            (row,) = plan.encode([list(data.values())])
        except DriverError:
            return None
        lone = self._writer.lone_insert(plan, row)
        if lone is None or not _is_small(row):
            return None
        sql, row_id = lone
        return ExpressWrite(Statement(sql, row, (), None), partial(_told, row_id))

    def update(
        self, table_name: str, where: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Optional[ExpressWrite]:
        """Return an update of a table that is known; a number that is given to a row
        takes a statement more."""
        statements = self._catalogue.known(table_name)
        if statements is None or not _is_key(where, statements.table.primary_key):
            return None
        if statements.table.numbered_key in data:
            return None
        return _change(partial(statements.update, where, data))

    def delete(
        self, table_name: str, where: Mapping[str, Any]
    ) -> Optional[ExpressWrite]:
        """Return a delete from a table that is known."""
        statements = self._catalogue.known(table_name)
        if statements is None or not _is_key(where, statements.table.primary_key):
            return None
        return _change(partial(statements.delete, where))

    # --- connections --------------------------------------------------------------

    def listen(
        self, on_shortage: Callable[[], None], on_spare: Callable[[], None]
    ) -> None:
        """Have the pool tell how its connections are asked for."""
        self._pool.on_shortage = on_shortage
        self._pool.on_spare = on_spare

    @property
    def is_short(self) -> bool:
        """Whether somebody waits for a session of the pool."""
        return bool(self._pool.waiting)

    def open(self) -> Optional[ExpressSession]:
        """Open a session with a connection that the pool lends."""
        if not self._pool.lend():
            return None
        try:
            return self._connect()
        except BaseException:
            self._pool.take_back()
            raise

    def retire(self, session: ExpressSession) -> None:
        """Close a session; the pool has its connection back."""
        try:
            session.close()
        finally:
            self._pool.take_back()


def _told(row_id: Callable[[Rows], RowId], result: Result) -> RowId:
    """Return the id of a row that was inserted."""
    return row_id(result.rows())


def _is_small(values: Sequence[Any]) -> bool:
    """Tell whether none of the values is large."""
    return not any(type(v) in _SIZED and len(v) > _LARGE for v in values)


def _is_key(where: Mapping[str, Any], key: Any) -> bool:
    """Tell whether a condition asks for the row with one key."""
    return (
        bool(key)
        and where.keys() == set(key)
        and all(type(value) in _SCALARS for value in where.values())
    )


def _change(make: Callable[[], Statement]) -> Optional[ExpressWrite]:
    """Return an update or delete, answered with the rows that it met."""
    try:
        statement = make()
    except DriverError:
        return None
    return ExpressWrite(statement, _count) if _is_small(statement.params) else None


def _count(result: Result) -> int:
    """Return how many rows a statement met."""
    return result.count
