"""Requests about tables and the schema."""

from __future__ import annotations

from typing import ClassVar

import attrs

from .base_request import FieldRequest, checked
from .check import MAPPING, TEXT
from .converter import Wire


@attrs.frozen
class CreateTableRequest(FieldRequest):
    """Create a table."""

    name: ClassVar[str] = "create_table"
    writes: ClassVar[bool] = True
    schema: Wire = checked(MAPPING)


@attrs.frozen
class DropTableRequest(FieldRequest):
    """Drop a table."""

    name: ClassVar[str] = "drop_table"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)


@attrs.frozen
class AlterTableRequest(FieldRequest):
    """Change a table."""

    name: ClassVar[str] = "alter_table"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    changes: Wire = checked(MAPPING)


@attrs.frozen
class ListTablesRequest(FieldRequest):
    """Name the tables."""

    name: ClassVar[str] = "list_tables"


@attrs.frozen
class GetTableInfoRequest(FieldRequest):
    """Describe a table's columns."""

    name: ClassVar[str] = "get_table_info"
    table_name: Wire = checked(TEXT)


@attrs.frozen
class GetSchemaVersionRequest(FieldRequest):
    """Read the stored version of the schema."""

    name: ClassVar[str] = "get_schema_version"


@attrs.frozen
class SyncSchemaRequest(FieldRequest):
    """Make the schema what the definition says."""

    name: ClassVar[str] = "sync_schema"
    writes: ClassVar[bool] = True
    schema_definition: Wire = checked(MAPPING)
    backup_dir: Wire = checked(TEXT, default=None)
