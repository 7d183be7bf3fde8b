"""Requests that write rows."""

from __future__ import annotations

from typing import List, Union

from ..drivers.base import BaseDatabaseDriver
from ..drivers.row_operations import RowId
from ..messages.base_result import FieldResult
from ..request import (
    DeleteRequest,
    InsertManyRequest,
    InsertRequest,
    UpdateRequest,
    UpsertManyRequest,
)
from ..result import DataResult, SuccessResult
from ..rows import RowBlock
from .handler import HandlerTable


class RowHandlers:
    """Inserts, updates and deletes rows."""

    def __init__(self, driver: BaseDatabaseDriver) -> None:
        """Write through ``driver``."""
        self._driver = driver

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            InsertRequest: self._insert,
            InsertManyRequest: self._insert_many,
            UpsertManyRequest: self._upsert_many,
            UpdateRequest: self._update,
            DeleteRequest: self._delete,
        }

    def _insert(self, request: InsertRequest) -> FieldResult:
        """Insert one row."""
        done = self._driver.insert_blocks(
            request.table_name,
            [RowBlock(list(request.data), [list(request.data.values())])],
            on_conflict=request.on_conflict,
            returning=request.returning,
            transaction_id=request.transaction_id,
        )
        if isinstance(done, RowBlock):
            return DataResult.of_block(done)
        return SuccessResult({"row_id": done[0]})

    def _insert_many(self, request: InsertManyRequest) -> FieldResult:
        """Insert rows."""
        return _ids_or_rows(
            self._driver.insert_blocks(
                request.table_name,
                request.blocks,
                on_conflict=request.on_conflict,
                returning=request.returning,
                transaction_id=request.transaction_id,
            )
        )

    def _upsert_many(self, request: UpsertManyRequest) -> FieldResult:
        """Insert or update rows."""
        return _ids_or_rows(
            self._driver.upsert_blocks(
                request.table_name,
                request.blocks,
                conflict_columns=request.conflict_columns,
                returning=request.returning,
                transaction_id=request.transaction_id,
            )
        )

    def _update(self, request: UpdateRequest) -> FieldResult:
        """Update rows."""
        return _count_or_rows(
            self._driver.update_rows(
                request.table_name,
                request.where,
                request.data,
                all_rows=request.all_rows,
                max_affected=request.max_affected,
                returning=request.returning,
                transaction_id=request.transaction_id,
            )
        )

    def _delete(self, request: DeleteRequest) -> FieldResult:
        """Delete rows."""
        return _count_or_rows(
            self._driver.delete_rows(
                request.table_name,
                request.where,
                all_rows=request.all_rows,
                max_affected=request.max_affected,
                returning=request.returning,
                transaction_id=request.transaction_id,
            )
        )


def _ids_or_rows(done: Union[List[RowId], RowBlock]) -> FieldResult:
    """Return the result of a bulk write."""
    if isinstance(done, RowBlock):
        return DataResult.of_block(done)
    return SuccessResult({"row_ids": done})


def _count_or_rows(done: Union[int, RowBlock]) -> FieldResult:
    """Return the result of an update or a delete."""
    if isinstance(done, RowBlock):
        return DataResult.of_block(done)
    return SuccessResult({"affected_rows": done})
