"""Requests about tables."""

from __future__ import annotations

from ..drivers.base import BaseDatabaseDriver
from ..messages.base_result import FieldResult
from ..request import (
    AlterTableRequest,
    CreateTableRequest,
    DropTableRequest,
    GetTableInfoRequest,
    ListTablesRequest,
)
from ..result import SuccessResult
from .handler import HandlerTable


class TableHandlers:
    """Creates, changes and describes tables."""

    def __init__(self, driver: BaseDatabaseDriver) -> None:
        """Act on ``driver``."""
        self._driver = driver

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            CreateTableRequest: self._create_table,
            DropTableRequest: self._drop_table,
            AlterTableRequest: self._alter_table,
            ListTablesRequest: self._list_tables,
            GetTableInfoRequest: self._get_table_info,
        }

    def _create_table(self, request: CreateTableRequest) -> FieldResult:
        """Create a table."""
        return SuccessResult({"done": self._driver.create_table(request.schema)})

    def _drop_table(self, request: DropTableRequest) -> FieldResult:
        """Drop a table."""
        return SuccessResult({"done": self._driver.drop_table(request.table_name)})

    def _alter_table(self, request: AlterTableRequest) -> FieldResult:
        """Change a table."""
        done = self._driver.alter_table(request.table_name, request.changes)
        return SuccessResult({"done": done})

    def _list_tables(self, _: ListTablesRequest) -> FieldResult:
        """Name the tables."""
        return SuccessResult({"tables": self._driver.list_tables()})

    def _get_table_info(self, request: GetTableInfoRequest) -> FieldResult:
        """Describe a table's columns."""
        return SuccessResult(
            {"columns": self._driver.get_table_info(request.table_name)}
        )
