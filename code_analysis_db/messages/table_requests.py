"""Requests about tables."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import MAPPING, TEXT
from .converter import Wire
from .message import message


@message
class CreateTableRequest(FieldRequest):
    """Create a table."""

    name: ClassVar[str] = "create_table"
    writes: ClassVar[bool] = True
    schema: Wire = checked(MAPPING)


@message
class DropTableRequest(FieldRequest):
    """Drop a table."""

    name: ClassVar[str] = "drop_table"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)


@message
class AlterTableRequest(FieldRequest):
    """Change a table."""

    name: ClassVar[str] = "alter_table"
    writes: ClassVar[bool] = True
    table_name: Wire = checked(TEXT)
    changes: Wire = checked(MAPPING)


@message
class ListTablesRequest(FieldRequest):
    """Name the tables."""

    name: ClassVar[str] = "list_tables"


@message
class GetTableInfoRequest(FieldRequest):
    """Describe a table's columns."""

    name: ClassVar[str] = "get_table_info"
    table_name: Wire = checked(TEXT)
