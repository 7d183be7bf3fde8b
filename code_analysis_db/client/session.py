"""What the client and a transaction share: the table methods, sent at once."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from ..messages.read_requests import OpenCursorRequest
from .aliases import OrderBy, Where
from .batch import Batch
from .portion_size import PortionSize
from .request_caller import RequestCaller
from .row_stream import RowStream
from .table_methods import TableMethods


class Session(TableMethods):
    """The table methods over a :class:`RequestCaller`."""

    def __init__(self, caller: RequestCaller) -> None:
        """Send requests through ``caller``."""
        super().__init__(caller.call)
        self._caller = caller

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
        return RowStream(self._caller.open_cursor(request, size, timeout))

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
        return Batch(self._perform, self._join(transaction_id), timeout)
