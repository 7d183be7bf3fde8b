"""Requests that read rows of one table."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import COUNT, FLAG, MAPPING, ORDER, SEQUENCE, STRING, TEXT, TEXT_LIST
from .converter import Wire
from .message import message


@message
class SelectRequest(FieldRequest):
    """Read the rows that match, all in one reply."""

    name: ClassVar[str] = "select"
    table_name: Wire = checked(TEXT)
    where: Wire = checked(MAPPING, default=None)
    columns: Wire = checked(TEXT_LIST, default=None)
    limit: Wire = checked(COUNT, default=None)
    offset: Wire = checked(COUNT, default=None)
    order_by: Wire = checked(ORDER, default=None)
    distinct: Wire = checked(FLAG, default=False)
    after: Wire = checked(SEQUENCE, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class OpenCursorRequest(FieldRequest):
    """Read the rows that match a portion at a time; the reply is the first one."""

    name: ClassVar[str] = "open_cursor"
    table_name: Wire = checked(TEXT)
    chunk_size: Wire = checked(COUNT)
    where: Wire = checked(MAPPING, default=None)
    columns: Wire = checked(TEXT_LIST, default=None)
    limit: Wire = checked(COUNT, default=None)
    offset: Wire = checked(COUNT, default=None)
    order_by: Wire = checked(ORDER, default=None)
    distinct: Wire = checked(FLAG, default=False)
    after: Wire = checked(SEQUENCE, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class FetchRequest(FieldRequest):
    """Read the next portion of an open cursor."""

    name: ClassVar[str] = "fetch"
    cursor: Wire = checked(TEXT)
    chunk_size: Wire = checked(COUNT)


@message
class CloseCursorRequest(FieldRequest):
    """Close a cursor before its end."""

    name: ClassVar[str] = "close_cursor"
    cursor: Wire = checked(TEXT)


@message
class SearchRequest(FieldRequest):
    """Find rows by the words of a fulltext index, the best ones first."""

    name: ClassVar[str] = "search"
    table_name: Wire = checked(TEXT)
    query: Wire = checked(STRING)
    index: Wire = checked(TEXT, default=None)
    where: Wire = checked(MAPPING, default=None)
    columns: Wire = checked(TEXT_LIST, default=None)
    limit: Wire = checked(COUNT, default=20)
    offset: Wire = checked(COUNT, default=None)
    snippet_length: Wire = checked(COUNT, default=160)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class CountRequest(FieldRequest):
    """Count the rows that match."""

    name: ClassVar[str] = "count"
    table_name: Wire = checked(TEXT)
    where: Wire = checked(MAPPING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class AggregateRequest(FieldRequest):
    """Aggregate the rows that match, in groups or as a whole."""

    name: ClassVar[str] = "aggregate"
    table_name: Wire = checked(TEXT)
    aggregates: Wire = checked(MAPPING)
    where: Wire = checked(MAPPING, default=None)
    group_by: Wire = checked(TEXT_LIST, default=None)
    transaction_id: Wire = checked(TEXT, default=None)
