"""Requests about the schema as a whole, and about all of the database."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest, checked
from .check import FLAG, MAPPING, TEXT
from .converter import Wire
from .message import message


@message
class GetSchemaVersionRequest(FieldRequest):
    """Read the stored version of the schema."""

    name: ClassVar[str] = "get_schema_version"


@message
class SyncSchemaRequest(FieldRequest):
    """Make the schema what the definition says."""

    name: ClassVar[str] = "sync_schema"
    writes: ClassVar[bool] = True
    schema_definition: Wire = checked(MAPPING)
    backup_dir: Wire = checked(TEXT, default=None)
    dry_run: Wire = checked(FLAG, default=False)
    allow_destructive: Wire = checked(FLAG, default=False)
    keep_others: Wire = checked(FLAG, default=False)
    progress: Wire = checked(FLAG, default=False)


@message
class ExportSchemaRequest(FieldRequest):
    """Read the definition of the whole database."""

    name: ClassVar[str] = "export_schema"


@message
class GetSchemaHistoryRequest(FieldRequest):
    """Read which syncs there have been."""

    name: ClassVar[str] = "get_schema_history"


@message
class BackupRequest(FieldRequest):
    """Copy the whole database into a file."""

    name: ClassVar[str] = "backup"
    directory: Wire = checked(TEXT)
    progress: Wire = checked(FLAG, default=False)


@message
class RestoreRequest(FieldRequest):
    """Put the whole database back from a backup."""

    name: ClassVar[str] = "restore"
    writes: ClassVar[bool] = True
    backup: Wire = checked(TEXT)
    progress: Wire = checked(FLAG, default=False)
