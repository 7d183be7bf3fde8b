"""The channel of an open transaction.

A transaction lives and dies with its connection: the driver rolls it back when the
connection closes.  So nothing is repeated here, and a lost reply means that nothing of
the transaction was applied, unless it was the reply to its COMMIT.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Iterable, Optional, TypeVar

from ..exceptions import (
    DriverTransactionError,
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
    TransactionLostError,
)
from ..messages.base_request import FieldRequest
from ..messages.transaction_requests import CommitTransactionRequest
from ..rows import RowBlock
from .channel import Channel, ReplyLostError

T = TypeVar("T")


class TransactionChannel:
    """A channel that belongs to one transaction; threads take turns on it."""

    def __init__(self, channel: Channel) -> None:
        """Keep the channel on which the transaction was begun."""
        self._channel = channel
        self._ended = False
        self._turn = threading.RLock()

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and the transaction with it."""
        return self._channel.closed

    def drop(self) -> None:
        """Close the connection, which rolls the transaction back."""
        with self._turn:
            self._channel.close()

    def detach(self) -> Channel:
        """Return the channel and let nobody else use it as this transaction's."""
        with self._turn:
            self._ended = True
            return self._channel

    def call(
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
        if not self._turn.acquire(timeout=-1 if timeout is None else timeout):
            raise RequestTimeoutError(
                "the time ran out while another thread used the same transaction"
            )
        try:
            if self._ended:
                raise DriverTransactionError("the transaction has ended")
            if self._channel.closed:
                raise transaction_gone("its connection to the driver was lost")
            try:
                return self._channel.call(request, read, timeout, ahead)
            except DriverUnavailableError as error:
                if not self.is_lost:
                    raise
                reason = str(error)
            except ReplyLostError as error:
                reason = str(error)
                if isinstance(request, CommitTransactionRequest):
                    raise OutcomeUnknownError(
                        f"the reply to a commit was lost: {reason}; read back whether"
                        " it was applied before repeating the transaction"
                    ) from None
            raise transaction_gone(reason)
        finally:
            self._turn.release()


def transaction_gone(reason: str) -> TransactionLostError:
    """Return the error of a transaction that went with its connection."""
    return TransactionLostError(
        f"the transaction is gone and nothing of it was applied: {reason}"
    )
