"""An open transaction, or a part of one that can be undone, in an event loop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import AsyncIterator, Awaitable, Optional, TypeVar, cast

from ...exceptions import DriverError, DriverTransactionError
from ...messages.transaction_requests import SavepointRequest
from ..request_caller import RequestCaller
from ..result_reading import field
from ..steps import Call
from ..transaction import Transaction
from .caller import AsyncCaller
from .session import AsyncSession

_Self = TypeVar("_Self", bound="AsyncTransaction")

_savepoint = field("savepoint")
# So long a cancelled task waits for its rollback; then the connection goes, and the
# transaction with it.
_UNDO_SECONDS = 2.0


class AsyncTransaction(AsyncSession):
    """The table methods within one transaction.

    It has a connection of its own while it is open.  Any task of the event loop may use
    it, one call at a time.  It ends with its ``async with`` block, committed or, where
    the block raised or was cancelled, rolled back; or earlier by :meth:`commit` or
    :meth:`rollback`.  The driver ends one that is idle or lasts too long, and rolls it
    back when the connection is lost.

    A call in it that is cancelled is undone by itself and leaves it usable.

    Attributes:
        id: the transaction's id, which the client's own methods take too.
    """

    twin: Transaction

    def __init__(
        self,
        caller: AsyncCaller,
        transaction_id: str,
        savepoint: Optional[str] = None,
    ) -> None:
        """Use a transaction that has begun, or its part since ``savepoint``."""
        twin = Transaction(cast(RequestCaller, caller), transaction_id, savepoint)
        super().__init__(caller, twin)
        self.id = transaction_id
        self._savepoint = savepoint

    @property
    def is_open(self) -> bool:
        """Whether it can still be used, as far as this side knows."""
        return self.twin.is_open

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and the transaction with it."""
        return self.twin.is_lost

    async def commit(self, *, timeout: Optional[float] = None) -> None:
        """End it and keep what it wrote; nested, as a part of the one around it.

        Where the task is cancelled meanwhile, the outcome is unknown.

        Raises:
            DriverTransactionError: it has ended already, or is gone with its
                connection; nothing of it was applied.
            OutcomeUnknownError: the connection was lost before the reply came.
            RetryableError, DriverIntegrityError: the database refused; it was rolled
                back.
        """
        self._end()
        if self._savepoint is None:
            timeout = self._caller.timeout(timeout)
            await self._caller.transactions.commit(self.id, timeout)
        else:
            await self._to_savepoint("release", timeout)

    async def rollback(self, *, timeout: Optional[float] = None) -> None:
        """End it and undo what it wrote; nested, that part only.

        Raises:
            DriverTransactionError: it has ended already.
        """
        self._end()
        if self._savepoint is None:
            timeout = self._caller.timeout(timeout)
            await self._caller.transactions.rollback(self.id, timeout)
        else:
            await self._to_savepoint("rollback", timeout)

    @asynccontextmanager
    async def transaction(self: _Self) -> AsyncIterator[_Self]:
        """Open a part of the transaction that can be undone by itself (a savepoint).

        The block's end keeps the part; an exception out of it undoes the part and goes
        on, to be caught inside the transaction or to undo it all.
        """
        create = Call(SavepointRequest(self.id, "create"), _savepoint)
        savepoint: str = await self.perform(create)
        async with self._part(savepoint).ending() as part:
            yield part

    @asynccontextmanager
    async def ending(self: _Self) -> AsyncIterator[_Self]:
        """End it with the block, unless the block itself has ended it."""
        try:
            yield self
        except BaseException as error:
            if self.is_open:
                await self._undo(isinstance(error, asyncio.CancelledError))
            raise
        if self.is_open:
            await self.commit()

    async def _undo(self, in_haste: bool) -> None:
        """Roll back what the block did; what it raised is what the caller must hear of.

        Args:
            in_haste: the task was cancelled, and must not be held up by the driver.
        """
        timer = None
        if in_haste:
            timer = asyncio.get_running_loop().call_later(
                _UNDO_SECONDS, self._caller.transactions.drop, self.id
            )
        try:
            with suppress(DriverError):
                await self.rollback()
        finally:
            if timer is not None:
                timer.cancel()

    def _part(self: _Self, savepoint: str) -> _Self:
        """Return the part of this transaction since ``savepoint``."""
        return type(self)(self._caller, self.id, savepoint)

    async def _to_savepoint(self, action: str, timeout: Optional[float]) -> None:
        """Release the savepoint or roll back to it."""
        request = SavepointRequest(self.id, action, self._savepoint)
        await cast(Awaitable[str], self._caller.call(request, _savepoint, timeout))

    def _end(self) -> None:
        """Note that it ends now."""
        if not self.is_open:
            raise DriverTransactionError("the transaction has been ended already")
        self.twin.is_open = False
