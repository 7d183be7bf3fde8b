"""The connections for short reads, lent by the pool of sessions."""

from __future__ import annotations

from typing import Any, Callable, Generic, Optional

from ...dialects.statement import Statement
from ...exceptions import DriverError
from ..express import Express
from ..express_session import ExpressSession
from .catalogue import PooledCatalogue
from .pool import SS, ServerPool


class PooledExpress(Express, Generic[SS]):
    """Express sessions on the server of a pool."""

    def __init__(
        self,
        pool: ServerPool[SS],
        catalogue: PooledCatalogue[SS],
        connect: Callable[[], ExpressSession],
    ) -> None:
        """Borrow connections from ``pool``.

        Args:
            connect: opens a session.
        """
        self._pool = pool
        self._catalogue = catalogue
        self._connect = connect

    def listen(
        self, on_shortage: Callable[[], None], on_spare: Callable[[], None]
    ) -> None:
        """Have the pool tell how its connections are asked for."""
        self._pool.on_shortage = on_shortage
        self._pool.on_spare = on_spare

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
