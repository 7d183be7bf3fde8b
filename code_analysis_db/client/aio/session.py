"""What the client and a transaction share: the table methods, sent at once."""

from __future__ import annotations

from functools import wraps
from typing import (
    Any,
    Awaitable,
    Callable,
    Concatenate,
    Mapping,
    Optional,
    ParamSpec,
    Sequence,
    TypeVar,
    cast,
)

from ...messages.data_result import DataResult
from ...messages.read_requests import OpenCursorRequest

from ..portion_size import PortionSize
from ..row_stream import RowStream
from ..session import Session
from ..steps import Call, Steps
from .awaiting import Awaiting, run_awaited
from .batch import AsyncBatch
from .caller import AsyncCaller
from .late_portions import LatePortions
from .portions import AsyncPortions
from .row_stream import AsyncRowStream, AsyncStream
from .table_methods import AsyncTableMethods

P = ParamSpec("P")
T = TypeVar("T")


def _streamed(
    method: Callable[Concatenate[Any, P], RowStream],
) -> Callable[Concatenate[Awaiting, P], AsyncRowStream]:
    """Make a method whose rows are awaited of one whose rows are there at once."""

    @wraps(method)
    def stream(self: Awaiting, /, *args: P.args, **kwargs: P.kwargs) -> AsyncRowStream:
        """Return the stream."""
        return cast(AsyncRowStream, method(self.twin, *args, **kwargs))

    return stream


class AsyncSession(AsyncTableMethods):
    """The table methods over an :class:`AsyncCaller`.

    Attributes:
        twin: a blocking client's session, over the same caller.
    """

    twin: Session

    def __init__(self, caller: AsyncCaller, twin: Session) -> None:
        """Give what ``twin`` gives over ``caller``."""
        super().__init__(twin)
        self._caller = caller

    async def run(self, steps: Steps[T]) -> T:
        """Do an operation and return what it gives."""
        return await run_awaited(steps, self.perform)

    async def perform(self, call: Call[T]) -> T:
        """Have a call done and return what it gives."""
        return await cast(Awaitable[T], self.twin.perform(call))

    select_iter = _streamed(Session.select_iter)

    def stream(
        self,
        read: Callable[[DataResult], Sequence[T]],
        selection: Steps[Mapping[str, Any]],
        chunk_size: Optional[int] = None,
    ) -> AsyncStream[T]:
        """Return what ``read`` makes of the rows of a select one by one.

        Args:
            selection: gives the arguments of :meth:`select`, by name, when the first
                row is wanted.
            chunk_size: see :meth:`select_iter`.
        """
        size = PortionSize(chunk_size)
        transaction_id = self.twin._join(None)

        async def open_portions() -> AsyncPortions:
            """Find out what is to be selected, and select it."""
            request = OpenCursorRequest(
                chunk_size=size.rows,
                transaction_id=transaction_id,
                **await self.run(selection),
            )
            return self._caller.open_portions(request, size, None)

        return AsyncStream(LatePortions(open_portions), read)

    def batch(
        self,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> AsyncBatch:
        """Return a batch: an ``async with`` block whose operations travel in one
        message.

        They are done as one transaction, all or nothing.

        Args:
            transaction_id: the open transaction that the batch is a part of.
            timeout: seconds that the whole may take.
        """
        joined = self.twin._join(transaction_id)
        return AsyncBatch(self.run, joined, timeout)
