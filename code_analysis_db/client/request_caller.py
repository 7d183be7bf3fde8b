"""The way of a request out of the client.

A request of a transaction takes the transaction's channel; any other takes a free one
of the pool and is repeated on another where that is safe.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, Callable, Iterable, Optional, TypeVar

from ..exceptions import DriverUnavailableError, InvalidRequestError
from ..messages.base_request import FieldRequest
from ..messages.read_requests import OpenCursorRequest
from ..rows import RowBlock
from ..transport.endpoint import Endpoint
from .channel import ReplyLostError
from .channel_pool import ChannelPool
from .open_transactions import OpenTransactions
from .portion_size import PortionSize
from .repeater import Repeater
from .repetition import Loss
from .row_stream import OwnPortions, Portions, RowStream, TransactionPortions

T = TypeVar("T")

#: The longest timeout in seconds: what a wait in the kernel takes, some days.
MAX_TIMEOUT = 1_000_000.0


class RequestCaller:
    """Sends requests to one driver, from any thread.

    Attributes:
        endpoint: where the driver is.
        transactions: the transactions that are open.
        default_timeout: seconds for a call that states none.
        reconnect_timeout: seconds to wait for a driver that is away.
        max_connections: connections at a time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        default_timeout: Optional[float],
        reconnect_timeout: float,
        max_connections: int,
    ) -> None:
        """Connect to nothing yet."""
        self.endpoint = endpoint
        self.default_timeout = default_timeout
        self.reconnect_timeout = reconnect_timeout
        self.max_connections = max_connections
        self._pool = ChannelPool(endpoint, max_connections, reconnect_timeout)
        self._repeater = Repeater(self._pool, reconnect_timeout)
        self.transactions = OpenTransactions(self._pool, self._repeater)

    def __reduce__(self) -> Any:
        """Pickle as the endpoint and the settings: the copy connects anew."""
        settings = (self.default_timeout, self.reconnect_timeout, self.max_connections)
        return (type(self), (self.endpoint, *settings))

    def call(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Send a request and return what ``read`` makes of its result.

        See :meth:`Channel.call` for the arguments.  ``ahead`` is iterated again where
        the request is repeated.
        """
        timeout = self.default_timeout if timeout is None else self.timeout(timeout)
        transaction_id = getattr(request, "transaction_id", None)
        if transaction_id is not None:
            held = self.transactions.find(transaction_id)
            return held.call(request, read, timeout, ahead)
        started = 0.0 if timeout is None else monotonic()
        try:
            channel = self._pool.take(timeout)
            try:
                channel.send(request, timeout, ahead)
                return channel.receive(read, timeout)
            finally:
                self._pool.give(channel)
        except (DriverUnavailableError, ReplyLostError) as error:
            loss: Loss = error
        return self._repeater.call_again(request, read, timeout, ahead, loss, started)

    def open_stream(
        self, request: OpenCursorRequest, size: PortionSize, timeout: Optional[float]
    ) -> RowStream:
        """Open a cursor and return its rows, in portions of that size."""
        return RowStream(self.open_cursor(request, size, timeout))

    def open_cursor(
        self, request: OpenCursorRequest, size: PortionSize, timeout: Optional[float]
    ) -> Portions:
        """Open a cursor and return its portions, which are of that size."""
        timeout = self.timeout(timeout)
        if request.transaction_id is not None:
            channel = self.transactions.find(request.transaction_id)
            return TransactionPortions(channel, request, size, timeout)
        return OwnPortions(self._repeater, self._pool, request, size, timeout)

    def timeout(self, timeout: Optional[float]) -> Optional[float]:
        """Return the seconds of a call that states ``timeout``.

        Raises:
            InvalidRequestError: it is no time to wait.
        """
        return self.default_timeout if timeout is None else checked_timeout(timeout)

    def close(self) -> None:
        """Close the connections, which rolls open transactions back."""
        self.transactions.drop_all()
        self._pool.close()


def checked_timeout(timeout: float) -> float:
    """Return the seconds that a call states.

    Raises:
        InvalidRequestError: it is no time to wait.
    """
    if not 0 <= timeout <= MAX_TIMEOUT:
        raise InvalidRequestError(
            f"timeout: expected seconds from 0 to {MAX_TIMEOUT:g}, got {timeout!r}"
        )
    return timeout
