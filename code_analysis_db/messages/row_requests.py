"""Requests that write rows of one table."""

from __future__ import annotations

from typing import ClassVar, List

from ..rows import RowBlock
from .base_request import FieldRequest, checked
from .check import BLOCKS, COUNT, FLAG, MAPPING, RETURNING, TEXT, TEXT_LIST
from .converter import Wire
from .message import message


@message
class InsertRequest(FieldRequest):
    """Insert one row."""

    name: ClassVar[str] = "insert"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    data: Wire = checked(MAPPING)
    on_conflict: Wire = checked(TEXT, default=None)
    returning: Wire = checked(RETURNING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class InsertManyRequest(FieldRequest):
    """Insert rows, all or nothing; large requests send most blocks ahead."""

    name: ClassVar[str] = "insert_many"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    blocks: List[RowBlock] = checked(BLOCKS)
    on_conflict: Wire = checked(TEXT, default=None)
    returning: Wire = checked(RETURNING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class UpsertManyRequest(FieldRequest):
    """Insert rows or update those that have the same key, all or nothing."""

    name: ClassVar[str] = "upsert_many"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    blocks: List[RowBlock] = checked(BLOCKS)
    conflict_columns: Wire = checked(TEXT_LIST, default=None)
    returning: Wire = checked(RETURNING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class UpdateRequest(FieldRequest):
    """Update the rows that match."""

    name: ClassVar[str] = "update"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    where: Wire = checked(MAPPING)
    data: Wire = checked(MAPPING)
    all_rows: Wire = checked(FLAG, default=False)
    max_affected: Wire = checked(COUNT, default=None)
    returning: Wire = checked(RETURNING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)


@message
class DeleteRequest(FieldRequest):
    """Delete the rows that match."""

    name: ClassVar[str] = "delete"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    where: Wire = checked(MAPPING)
    all_rows: Wire = checked(FLAG, default=False)
    max_affected: Wire = checked(COUNT, default=None)
    returning: Wire = checked(RETURNING, default=None)
    transaction_id: Wire = checked(TEXT, default=None)
