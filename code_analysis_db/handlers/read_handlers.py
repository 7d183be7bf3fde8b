"""Requests that read rows."""

from __future__ import annotations

from typing import Any, Callable, List, Union

from ..cursor_table import CursorTable
from ..drivers.base import BaseDatabaseDriver
from ..drivers.execution_context import BudgetExceeded
from ..drivers.row_cursor import RowCursor
from ..exceptions import InvalidRequestError
from ..messages.base_result import FieldResult
from ..request import (
    AggregateRequest,
    CloseCursorRequest,
    CountRequest,
    FetchRequest,
    OpenCursorRequest,
    SearchRequest,
    SelectRequest,
)
from ..result import DataResult, SuccessResult
from .handler import HandlerTable

#: Takes the rows of a large result as they come: (columns, rows).
RowSink = Callable[[List[str], List[Any]], None]

_FIRST_ROWS = 256
_MORE_ROWS = 1024
_MAX_CHUNK = 100_000


class ReadHandlers:
    """Selects, counts and aggregates rows."""

    def __init__(self, driver: BaseDatabaseDriver, cursors: CursorTable) -> None:
        """Read through ``driver``; portions through ``cursors``."""
        self._driver = driver
        self._cursors = cursors

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            SelectRequest: self._select,
            OpenCursorRequest: self._open_cursor,
            FetchRequest: self._fetch,
            CloseCursorRequest: self._close_cursor,
            SearchRequest: self._search,
            CountRequest: self._count,
            AggregateRequest: self._aggregate,
        }

    def _open(self, request: Union[SelectRequest, OpenCursorRequest]) -> RowCursor:
        """Start the select that a request asks for."""
        return self._driver.open_select(
            request.table_name,
            request.where,
            request.columns,
            request.limit,
            request.offset,
            request.order_by,
            distinct=request.distinct,
            after=request.after,
            stream=type(request) is OpenCursorRequest,
            transaction_id=request.transaction_id,
        )

    def _select(self, request: SelectRequest) -> FieldResult:
        """Select rows, all into one result."""
        portions: List[List[Any]] = []
        result = self.stream(request, lambda _, rows: portions.append(rows))
        if not portions:
            return result
        portions.append(result.rows)
        return DataResult(result.columns, [row for rows in portions for row in rows])

    def select_few(self, request: SelectRequest) -> FieldResult:
        """Select rows where they are few.

        Raises:
            BudgetExceeded: they are too many to be read at once.
        """
        block = self._driver.select_few(request, _FIRST_ROWS)
        if block is None:
            raise BudgetExceeded
        return DataResult(block.columns, block.rows)

    def stream(self, request: SelectRequest, sink: RowSink) -> DataResult:
        """Select rows, giving all but the last portion to ``sink``."""
        cursor = self._open(request)
        try:
            wanted = _FIRST_ROWS
            rows = cursor.fetch(wanted)
            while len(rows) == wanted:
                sink(cursor.columns, rows)
                wanted = _MORE_ROWS
                rows = cursor.fetch(wanted)
            return DataResult(cursor.columns, rows)
        finally:
            cursor.close()

    def _open_cursor(self, request: OpenCursorRequest) -> FieldResult:
        """Open a cursor and read its first portion."""
        _check_chunk(request.chunk_size)
        self._cursors.check_room()
        cursor_id = self._cursors.add(self._open(request), request.transaction_id)
        return self._portion(cursor_id, request.chunk_size)

    def _fetch(self, request: FetchRequest) -> FieldResult:
        """Read the next portion of a cursor."""
        _check_chunk(request.chunk_size)
        return self._portion(request.cursor, request.chunk_size)

    def _portion(self, cursor_id: str, count: int) -> DataResult:
        """Return the next rows of a cursor, with its id while there may be more."""
        columns, rows, more = self._cursors.fetch(cursor_id, count)
        return DataResult(columns, rows, cursor_id if more else None)

    def _close_cursor(self, request: CloseCursorRequest) -> FieldResult:
        """Close a cursor before its end."""
        return SuccessResult({"done": self._cursors.close(request.cursor)})

    def _search(self, request: SearchRequest) -> FieldResult:
        """Search rows."""
        block = self._driver.search(
            request.table_name,
            request.query,
            index=request.index,
            where=request.where,
            columns=request.columns,
            limit=request.limit,
            offset=request.offset,
            snippet_length=request.snippet_length,
            transaction_id=request.transaction_id,
        )
        return DataResult.of_block(block)

    def _count(self, request: CountRequest) -> FieldResult:
        """Count rows."""
        count = self._driver.count(
            request.table_name, request.where, transaction_id=request.transaction_id
        )
        return SuccessResult({"count": count})

    def _aggregate(self, request: AggregateRequest) -> FieldResult:
        """Aggregate rows."""
        block = self._driver.aggregate(
            request.table_name,
            request.aggregates,
            request.where,
            request.group_by,
            transaction_id=request.transaction_id,
        )
        return DataResult.of_block(block)


def _check_chunk(size: int) -> None:
    """Refuse a portion that is empty or too large to be one message."""
    if not 1 <= size <= _MAX_CHUNK:
        raise InvalidRequestError(
            f"chunk_size: expected 1 to {_MAX_CHUNK} rows, got {size!r}"
        )
