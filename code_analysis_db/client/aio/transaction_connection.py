"""The connection of an open transaction.

A transaction lives and dies with its connection: the driver rolls it back when the
connection closes.  So nothing is repeated here, and a lost reply means that nothing of
the transaction was applied, unless it was the reply to its COMMIT.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, Callable, Iterable, Optional, TypeVar

from ...exceptions import (
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from ...messages.base_request import FieldRequest
from ...messages.transaction_requests import CommitTransactionRequest
from ...rows import RowBlock
from ..channel import ReplyLostError
from ..transaction_channel import transaction_gone
from .connection import Connection
from .places import Places

T = TypeVar("T")

_LEAST_TIME = 0.001


class TransactionConnection:
    """A connection that belongs to one transaction; tasks take turns on it."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection on which the transaction was begun."""
        self._connection = connection
        self._ended = False
        self._turn = Places(1)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and the transaction with it."""
        return self._connection.closed

    def drop(self) -> None:
        """Close the connection, which rolls the transaction back."""
        self._connection.close()

    def detach(self) -> Connection:
        """Return the connection and let nobody use it as this transaction's."""
        self._ended = True
        return self._connection

    async def call(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Send a request of the transaction and return what ``read`` makes of it.

        Raises:
            TransactionLostError: the connection was lost; nothing was applied.
            OutcomeUnknownError: it was lost while the transaction was committed.
        """
        give_up = None if timeout is None else monotonic() + timeout
        await self._turn.enter(timeout, _late)
        try:
            if self._ended:
                raise DriverTransactionError("the transaction has ended")
            if self._connection.closed:
                raise transaction_gone("its connection to the driver was lost")
            if give_up is not None:
                timeout = max(_LEAST_TIME, give_up - monotonic())
            try:
                return await self._connection.call(request, read, timeout, ahead)
            except DriverUnavailableError as error:
                if not self.is_lost:
                    raise
                reason = str(error)
            except ReplyLostError as error:
                self.drop()
                reason = str(error)
                if isinstance(request, CommitTransactionRequest):
                    raise OutcomeUnknownError(
                        f"the reply to a commit was lost: {reason}; read back whether"
                        " it was applied before repeating the transaction"
                    ) from None
            raise transaction_gone(reason)
        finally:
            self._turn.leave()


def _late() -> RequestTimeoutError:
    """Return the error of a request whose turn did not come in time."""
    return RequestTimeoutError(
        "the time ran out while another task used the same transaction"
    )
