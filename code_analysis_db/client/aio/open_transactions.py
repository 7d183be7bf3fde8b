"""Which connection each open transaction of a client lives on."""

from __future__ import annotations

from typing import Dict, Optional, Union

from ...exceptions import DriverTransactionError
from ...messages.transaction_requests import (
    BeginTransactionRequest,
    CommitTransactionRequest,
    RollbackTransactionRequest,
)
from ..open_transactions import not_open
from ..result_reading import field
from .connection import Connection
from .connection_pool import ConnectionPool
from .repeater import AsyncRepeater
from .transaction_connection import TransactionConnection

_EndRequest = Union[CommitTransactionRequest, RollbackTransactionRequest]

_transaction_id = field("transaction_id")
_done = field("done")


class AsyncOpenTransactions:
    """Begins and ends transactions and finds their connections by their ids."""

    def __init__(self, pool: ConnectionPool, repeater: AsyncRepeater) -> None:
        """Have none yet."""
        self._pool = pool
        self._repeater = repeater
        self._connections: Dict[str, TransactionConnection] = {}

    async def begin(
        self, request: BeginTransactionRequest, timeout: Optional[float]
    ) -> str:
        """Begin a transaction on a connection of its own and return its id."""

        async def attempt(connection: Connection, left: Optional[float]) -> str:
            """Begin it here; one whose reply is lost ends with the connection."""
            transaction_id: str = await connection.call(request, _transaction_id, left)
            self._connections[transaction_id] = TransactionConnection(connection)
            return transaction_id

        return await self._repeater.hold(attempt, timeout)

    def find(self, transaction_id: str) -> TransactionConnection:
        """Return the connection of a transaction.

        Raises:
            DriverTransactionError: it is none that this client has open.
        """
        connection = self._connections.get(transaction_id)
        if connection is None:
            raise not_open(transaction_id)
        return connection

    async def commit(self, transaction_id: str, timeout: Optional[float]) -> bool:
        """Commit; where that fails the transaction is rolled back.

        Raises:
            OutcomeUnknownError: the connection was lost before the reply came.
        """
        return await self._end(CommitTransactionRequest(transaction_id), timeout)

    async def rollback(self, transaction_id: str, timeout: Optional[float]) -> bool:
        """Roll back; one whose connection is lost has been rolled back by that."""
        connection = self.find(transaction_id)
        try:
            return await self._end(RollbackTransactionRequest(transaction_id), timeout)
        except DriverTransactionError:
            if not connection.is_lost:
                raise
            return True

    def drop(self, transaction_id: str) -> None:
        """Close the connection of a transaction, which rolls it back, if it is open."""
        connection = self._connections.pop(transaction_id, None)
        if connection is not None:
            connection.drop()
            self._pool.give(connection.detach())

    async def _end(self, request: _EndRequest, timeout: Optional[float]) -> bool:
        """End a transaction as told, and give its connection back."""
        transaction_id: str = request.transaction_id
        connection = self.find(transaction_id)
        try:
            done: bool = await connection.call(request, _done, timeout)
            return done
        except DriverTransactionError:
            # It had ended before, by a time limit say: nothing is left in the driver.
            raise
        except BaseException:
            # It may be open still, and would be the next user's of the connection.
            connection.drop()
            raise
        finally:
            if self._connections.pop(transaction_id, None) is not None:
                self._pool.give(connection.detach())
