"""The scopes of a database on a server."""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional

from ...exceptions import DriverError, DriverTransactionError
from ..isolation import IsolationLevel
from ..scope import R
from ..scopes import Scopes
from .database import PooledDatabase
from .pool import SS
from .session import ServerSession
from .transaction import PooledTransaction


class PooledScopes(Scopes[SS, PooledTransaction[SS]]):
    """The scopes of one database; thread-safe."""

    def __init__(self, database: PooledDatabase[SS], default: IsolationLevel) -> None:
        """Start with no transaction; ``default`` is the database's isolation level."""
        super().__init__(database)
        self._database = database
        self._default = default

    def begin(self, isolation: Optional[str], *, read_only: bool, write: bool) -> str:
        """Begin a transaction and return its id."""
        if read_only and write:
            raise DriverTransactionError("a transaction cannot be read_only and write")
        level = None
        if isolation is not None:
            level = IsolationLevel.parse(isolation, self._default)
        return self._add(
            self._begun("a transaction", level=level, read_only=read_only, guarded=True)
        )

    def run_atomic(
        self, work: Callable[[], R], transaction_id: Optional[str], *, write: bool
    ) -> R:
        """Run ``work`` as one; a unit of its own is run again where that may be.

        It is not guarded: ``work`` must let its first failure out.
        """
        if transaction_id is not None or self._thread.unit is not None:
            return super().run_atomic(work, transaction_id, write=write)
        attempts = self._database.attempts()
        while True:
            unit = self._block(write, guarded=False)
            try:
                with self._inside(unit):
                    return work()
            except DriverError as error:
                if not attempts.may_repeat(error, lost=unit.is_lost):
                    raise

    def _unit(self, write: bool) -> PooledTransaction[SS]:
        """Return a new unit; the block may catch the failures of its statements."""
        return self._block(write, guarded=True)

    def _block(self, write: bool, *, guarded: bool) -> PooledTransaction[SS]:
        """Begin the transaction of a block; one that only reads sees one state.

        One that writes is as lenient on every database: at MySQL's default level the
        search for what is to be deleted locks the gaps where others want to insert
        (https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html), and whoever
        replaces rows of their own meets deadlocks.
        """
        level: Optional[IsolationLevel] = IsolationLevel.REPEATABLE_READ
        if write:
            level = IsolationLevel.READ_COMMITTED
            if level is self._default:
                level = None
        return self._begun(
            "the block", level=level, read_only=not write, guarded=guarded
        )

    def _begun(
        self,
        name: str,
        *,
        level: Optional[IsolationLevel],
        read_only: bool,
        guarded: bool,
    ) -> PooledTransaction[SS]:
        """Begin a transaction on a session of the pool."""
        _, session = self._database.pin(
            partial(_begin, level=level, read_only=read_only, guarded=guarded)
        )
        return PooledTransaction(name, session, self._database.unpin, guarded=guarded)


def _begin(
    session: ServerSession,
    level: Optional[IsolationLevel],
    read_only: bool,
    guarded: bool,
) -> None:
    """Begin a transaction."""
    session.begin(level, read_only=read_only, guarded=guarded)
