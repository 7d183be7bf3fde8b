"""An open transaction, or a part of one that can be undone."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import Iterator, Optional, TypeVar

import attrs

from ..exceptions import DriverError, DriverTransactionError, InvalidRequestError
from ..messages.transaction_requests import SavepointRequest
from .request_caller import RequestCaller
from .result_reading import field
from .session import Session
from .steps import Call

_Self = TypeVar("_Self", bound="Transaction")

_savepoint = field("savepoint")
T = TypeVar("T")


class Transaction(Session):
    """The table methods within one transaction.

    It has a connection of its own while it is open.  Any thread may use it, one call at
    a time.  It ends with its ``with`` block, committed or, where the block raised,
    rolled back; or earlier by :meth:`commit` or :meth:`rollback`.  The driver ends one
    that is idle or lasts too long, and rolls it back when the connection is lost.

    Attributes:
        id: the transaction's id, which the client's own methods take too.
        is_open: whether it can still be used, as far as this side knows.
    """

    def __init__(
        self,
        caller: RequestCaller,
        transaction_id: str,
        savepoint: Optional[str] = None,
    ) -> None:
        """Use a transaction that has begun, or its part since ``savepoint``."""
        super().__init__(caller)
        self.id = transaction_id
        self.is_open = True
        self._savepoint = savepoint
        self._channel = caller.transactions.find(transaction_id)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and the transaction with it."""
        return self._channel.is_lost

    def commit(self, *, timeout: Optional[float] = None) -> None:
        """End it and keep what it wrote; nested, as a part of the one around it.

        Raises:
            DriverTransactionError: it has ended already, or is gone with its
                connection; nothing of it was applied.
            OutcomeUnknownError: the connection was lost before the reply came.
            RetryableError, DriverIntegrityError: the database refused; it was rolled
                back.
        """
        self._end()
        if self._savepoint is None:
            self._caller.transactions.commit(self.id, self._caller.timeout(timeout))
        else:
            self._to_savepoint("release", timeout)

    def rollback(self, *, timeout: Optional[float] = None) -> None:
        """End it and undo what it wrote; nested, that part only.

        Raises:
            DriverTransactionError: it has ended already.
        """
        self._end()
        if self._savepoint is None:
            self._caller.transactions.rollback(self.id, self._caller.timeout(timeout))
        else:
            self._to_savepoint("rollback", timeout)

    @contextmanager
    def transaction(self: _Self) -> Iterator[_Self]:
        """Open a part of the transaction that can be undone by itself (a savepoint).

        The block's end keeps the part; an exception out of it undoes the part and goes
        on, to be caught inside the transaction or to undo it all.
        """
        request = SavepointRequest(self.id, "create")
        savepoint: str = self._perform(request, _savepoint, None)
        with self._part(savepoint).ending() as part:
            yield part

    @contextmanager
    def ending(self: _Self) -> Iterator[_Self]:
        """End it with the block, unless the block itself has ended it."""
        try:
            yield self
        except BaseException:
            if self.is_open:
                # What the block raised is what the caller must hear of.
                with suppress(DriverError):
                    self.rollback()
            raise
        if self.is_open:
            self.commit()

    def perform(self, call: Call[T]) -> T:
        """Have a call done within the transaction.

        Requests about the schema are the exception: they have no transaction and are
        done beside it.
        """
        transaction_id = self._join(None)
        request = call.request
        if getattr(request, "transaction_id", transaction_id) is None:
            # mypy does not know that this request has a transaction
            request = attrs.evolve(
                request, transaction_id=transaction_id  # type: ignore[misc]
            )
        return self._perform(request, call.read, call.timeout, call.ahead)

    def _part(self: _Self, savepoint: str) -> _Self:
        """Return the part of this transaction since ``savepoint``."""
        return type(self)(self._caller, self.id, savepoint)

    def _end(self) -> None:
        """Note that it ends now."""
        if not self.is_open:
            raise DriverTransactionError("the transaction has been ended already")
        self.is_open = False

    def _to_savepoint(self, action: str, timeout: Optional[float]) -> None:
        """Release the savepoint or roll back to it."""
        request = SavepointRequest(self.id, action, self._savepoint)
        self._perform(request, _savepoint, timeout)

    def _join(self, transaction_id: Optional[str]) -> str:
        """Return this transaction's id, which every request of it carries."""
        if transaction_id is not None and transaction_id != self.id:
            raise InvalidRequestError(
                f"transaction {self.id!r} cannot do what belongs to transaction"
                f" {transaction_id!r}"
            )
        if not self.is_open:
            raise DriverTransactionError("the transaction has been ended already")
        return self.id
