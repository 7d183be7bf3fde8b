"""Requests about tables and the schema."""

from __future__ import annotations

from ..drivers.base import BaseDatabaseDriver
from ..messages.base_result import FieldResult
from ..request import (
    AlterTableRequest,
    CreateTableRequest,
    DropTableRequest,
    GetSchemaVersionRequest,
    GetTableInfoRequest,
    ListTablesRequest,
    SyncSchemaRequest,
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
            GetSchemaVersionRequest: self._get_schema_version,
            SyncSchemaRequest: self._sync_schema,
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

    def _get_schema_version(self, _: GetSchemaVersionRequest) -> FieldResult:
        """Read the schema's version."""
        return SuccessResult({"version": self._driver.get_schema_version()})

    def _sync_schema(self, request: SyncSchemaRequest) -> FieldResult:
        """Make the schema what the definition says."""
        report = self._driver.sync_schema(request.schema_definition, request.backup_dir)
        return SuccessResult({"report": report})
