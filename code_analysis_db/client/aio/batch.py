"""Many operations in one message, one transaction and one reply, awaited."""

from __future__ import annotations

from types import TracebackType
from typing import Awaitable, Callable, Optional, Type

from ..batch_operations import BatchOperations
from ..steps import Steps


class AsyncBatch(BatchOperations):
    """Collects operations in an ``async with`` block and sends them when it ends.

    They are done in their order as one transaction, all or nothing; inside a
    transaction, as a part of it that fails as a whole.  Each method returns, at once, a
    :class:`BatchHandle`, whose ``result`` is there after the block.  A block that
    raises sends nothing.
    """

    def __init__(
        self,
        run: Callable[[Steps[None]], Awaitable[None]],
        transaction_id: Optional[str],
        timeout: Optional[float],
    ) -> None:
        """Make an empty batch.

        Args:
            run: does the batch as an operation.
        """
        super().__init__()
        self._run = run
        self._transaction_id = transaction_id
        self._timeout = timeout

    async def __aenter__(self) -> "AsyncBatch":
        """Return the batch."""
        return self

    async def __aexit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Send the operations, if there are some and the block has not raised."""
        if exc_type is None:
            await self._run(self.steps(self._transaction_id, self._timeout))
