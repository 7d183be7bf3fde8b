"""The way of a request out of a client in an event loop.

A request of a transaction takes the transaction's connection; any other takes the
shared one and is repeated on another where that is safe.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, Callable, Iterable, Optional, TypeVar

from ...exceptions import DriverUnavailableError
from ...messages.base_request import FieldRequest
from ...rows import RowBlock
from ...transport.endpoint import Endpoint
from ...messages.read_requests import OpenCursorRequest
from ..channel import ReplyLostError
from ..portion_size import PortionSize
from ..request_caller import checked_timeout
from ..repetition import Loss
from .connection_pool import ConnectionPool
from .open_transactions import AsyncOpenTransactions
from .own_portions import AsyncOwnPortions
from .portions import AsyncPortions
from .repeater import AsyncRepeater
from .row_stream import AsyncRowStream
from .transaction_portions import AsyncTransactionPortions

T = TypeVar("T")


class AsyncCaller:
    """Sends requests to one driver, from the tasks of one event loop.

    Attributes:
        endpoint: where the driver is.
        pool: the connections.
        repeater: what does again what was lost.
        transactions: the transactions that are open.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        default_timeout: Optional[float],
        reconnect_timeout: float,
        max_connections: int,
    ) -> None:
        """Belong to the running event loop, and connect to nothing yet."""
        self.endpoint = endpoint
        self._default_timeout = default_timeout
        self.pool = ConnectionPool(endpoint, max_connections, reconnect_timeout)
        self.repeater = AsyncRepeater(self.pool, reconnect_timeout)
        self.transactions = AsyncOpenTransactions(self.pool, self.repeater)

    async def call(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Send a request and return what ``read`` makes of its result.

        See :meth:`Connection.call` for the arguments.  ``ahead`` is iterated again
        where the request is repeated.
        """
        self.pool.check_place()
        timeout = self.timeout(timeout)
        transaction_id = getattr(request, "transaction_id", None)
        if transaction_id is not None:
            held = self.transactions.find(transaction_id)
            return await held.call(request, read, timeout, ahead)
        started = 0.0 if timeout is None else monotonic()
        try:
            connection = await self.pool.shared(timeout)
            return await connection.call(request, read, timeout, ahead)
        except (DriverUnavailableError, ReplyLostError) as error:
            loss: Loss = error
        return await self.repeater.call_again(
            request, read, timeout, ahead, loss, started
        )

    def open_stream(
        self, request: OpenCursorRequest, size: PortionSize, timeout: Optional[float]
    ) -> AsyncRowStream:
        """Return the rows of a cursor, in portions of that size."""
        return AsyncRowStream(self.open_portions(request, size, timeout))

    def open_portions(
        self, request: OpenCursorRequest, size: PortionSize, timeout: Optional[float]
    ) -> AsyncPortions:
        """Return the portions of a cursor, which is opened when the first is wanted."""
        self.pool.check_place()
        timeout = self.timeout(timeout)
        if request.transaction_id is not None:
            held = self.transactions.find(request.transaction_id)
            return AsyncTransactionPortions(held, request, size, timeout)
        return AsyncOwnPortions(self.repeater, self.pool, request, size, timeout)

    def timeout(self, timeout: Optional[float]) -> Optional[float]:
        """Return the seconds of a call that states ``timeout``.

        Raises:
            InvalidRequestError: it is no time to wait.
        """
        return self._default_timeout if timeout is None else checked_timeout(timeout)

    def close(self) -> None:
        """Close the connections, which rolls open transactions back.

        Raises:
            DriverConnectionError: another event loop, which runs, owns them.
        """
        self.pool.close()
