"""Which channel each open transaction of a client lives on."""

from __future__ import annotations

from typing import Any, Dict, Optional, Union

from ..exceptions import DriverTransactionError
from ..messages.transaction_requests import (
    BeginTransactionRequest,
    CommitTransactionRequest,
    RollbackTransactionRequest,
)
from .channel import Channel
from .channel_pool import ChannelPool
from .fork_guard import ForkAware, guard
from .repeater import Repeater
from .transaction_channel import TransactionChannel

_EndRequest = Union[CommitTransactionRequest, RollbackTransactionRequest]


class OpenTransactions(ForkAware):
    """Begins and ends transactions and finds their channels by their ids."""

    def __init__(self, pool: ChannelPool, repeater: Repeater) -> None:
        """Have none yet."""
        self._pool = pool
        self._repeater = repeater
        self._channels: Dict[str, TransactionChannel] = {}
        guard(self)

    def begin(self, request: BeginTransactionRequest, timeout: Optional[float]) -> str:
        """Begin a transaction on a channel of its own and return its id."""

        def attempt(channel: Channel, left: Optional[float]) -> str:
            """Begin it here; one whose reply is lost ends with the connection."""
            transaction_id: str = channel.call(request, _transaction_id, left)
            self._channels[transaction_id] = TransactionChannel(channel)
            return transaction_id

        return self._repeater.hold(attempt, timeout)

    def find(self, transaction_id: str) -> TransactionChannel:
        """Return the channel of a transaction.

        Raises:
            DriverTransactionError: it is none that this client has open.
        """
        channel = self._channels.get(transaction_id)
        if channel is None:
            raise not_open(transaction_id)
        return channel

    def commit(self, transaction_id: str, timeout: Optional[float]) -> bool:
        """Commit; where that fails the transaction is rolled back.

        Raises:
            OutcomeUnknownError: the connection was lost before the reply came.
        """
        return self._end(CommitTransactionRequest(transaction_id), timeout)

    def rollback(self, transaction_id: str, timeout: Optional[float]) -> bool:
        """Roll back; one whose connection is lost has been rolled back by that."""
        channel = self.find(transaction_id)
        try:
            return self._end(RollbackTransactionRequest(transaction_id), timeout)
        except DriverTransactionError:
            if not channel.is_lost:
                raise
            return True

    def drop_all(self) -> None:
        """Close the connections of all open transactions, which rolls them back."""
        for channel in list(self._channels.values()):
            channel.drop()

    def forget(self) -> None:
        """Know none in a forked child: they are the parent's."""
        self._channels = {}

    def _end(self, request: _EndRequest, timeout: Optional[float]) -> bool:
        """End a transaction as told, and give its channel back."""
        transaction_id: str = request.transaction_id
        channel = self.find(transaction_id)
        try:
            return channel.call(request, _done, timeout)
        except DriverTransactionError:
            # It had ended before, by a time limit say: nothing is left in the driver.
            raise
        except BaseException:
            # It may be open still, and would be the next user's of the connection.
            channel.drop()
            raise
        finally:
            if self._channels.pop(transaction_id, None) is not None:
                self._pool.give(channel.detach())


def not_open(transaction_id: str) -> DriverTransactionError:
    """Return the error of an id that is none of a client's open transactions."""
    return DriverTransactionError(
        f"transaction {transaction_id!r} is not open in this client: it has ended, or"
        " another client or process began it"
    )


def _transaction_id(result: Any) -> str:
    """Read the id of a transaction that was begun."""
    transaction_id: str = result.data["transaction_id"]
    return transaction_id


def _done(result: Any) -> bool:
    """Read whether it was done."""
    done: bool = result.data["done"]
    return done
