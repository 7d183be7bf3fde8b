"""What the client and a transaction share: the table methods, sent at once."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence, TypeVar

from ..messages.data_result import DataResult
from ..messages.read_requests import OpenCursorRequest
from .aliases import OrderBy, Where
from .batch import Batch
from .portion_size import PortionSize
from .request_caller import RequestCaller
from .row_stream import RowStream, Stream
from .steps import Call, Steps, run
from .table_methods import TableMethods

T = TypeVar("T")


class Session(TableMethods):
    """The table methods over a :class:`RequestCaller`."""

    def __init__(self, caller: RequestCaller) -> None:
        """Send requests through ``caller``."""
        super().__init__(caller.call)
        self._caller = caller

    def run(self, steps: Steps[T]) -> T:
        """Do an operation and return what it gives."""
        return run(steps, self.perform)

    def perform(self, call: Call[T]) -> T:
        """Have a call done and return what it gives."""
        return self._perform(call.request, call.read, call.timeout, call.ahead)

    def select_iter(
        self,
        table_name: str,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Optional[OrderBy] = None,
        *,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
        chunk_size: Optional[int] = None,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> RowStream:
        """Return the rows that match one by one, however many there are.

        The rows are those of one moment.  Close the stream, or use it in a ``with``
        block, where it may not be read to its end.  See :meth:`select` for the other
        arguments.

        Args:
            chunk_size: rows that are fetched at a time; None for as many as suit their
                size.
            timeout: seconds that each portion may take.

        Raises:
            DriverUnavailableError: the driver was lost on the way; read anew.
        """
        size = PortionSize(chunk_size)
        request = OpenCursorRequest(
            table_name,
            size.rows,
            where,
            columns,
            limit,
            offset,
            order_by,
            distinct,
            after,
            self._join(transaction_id),
        )
        return self._caller.open_stream(request, size, timeout)

    def stream(
        self,
        read: Callable[[DataResult], Sequence[T]],
        selection: Mapping[str, Any],
        chunk_size: Optional[int] = None,
    ) -> Stream[T]:
        """Return what ``read`` makes of the rows of a select one by one.

        Args:
            selection: the arguments of :meth:`select`, by name.
            chunk_size: see :meth:`select_iter`.
        """
        size = PortionSize(chunk_size)
        request = OpenCursorRequest(
            chunk_size=size.rows, transaction_id=self._join(None), **selection
        )
        return Stream(self._caller.open_cursor(request, size, None), read)

    def batch(
        self,
        *,
        transaction_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Batch:
        """Return a batch: a ``with`` block whose operations travel in one message.

        They are done as one transaction, all or nothing.

        Args:
            transaction_id: the open transaction that the batch is a part of.
            timeout: seconds that the whole may take.
        """
        return Batch(self.perform, self._join(transaction_id), timeout)
