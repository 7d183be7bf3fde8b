"""Requests about the schema as a whole, and about all of the database."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Type

from ..drivers.base import BaseDatabaseDriver
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..progress import ProgressListener
from ..request import (
    BackupRequest,
    ExportSchemaRequest,
    GetSchemaHistoryRequest,
    GetSchemaVersionRequest,
    RestoreRequest,
    SyncSchemaRequest,
)
from ..result import SuccessResult
from .handler import HandlerTable
from .progress_rows import told_through
from .read_handlers import RowSink

_Long = Callable[[Any, Optional[ProgressListener]], FieldResult]
"""Answers a request that may take long, and tells how far it is."""


class SchemaHandlers:
    """Synchronises, exports, backs up and restores."""

    def __init__(self, driver: BaseDatabaseDriver) -> None:
        """Act on ``driver``."""
        self._driver = driver
        self._long: Dict[Type[FieldRequest], _Long] = {
            SyncSchemaRequest: self._sync,
            BackupRequest: self._backup,
            RestoreRequest: self._restore,
        }

    def handlers(self) -> HandlerTable:
        """Return the method that answers each class of request."""
        return {
            GetSchemaVersionRequest: self._version,
            GetSchemaHistoryRequest: self._history,
            ExportSchemaRequest: self._export,
            **{request: self.run for request in self._long},
        }

    def reports(self, request: FieldRequest) -> bool:
        """Tell whether a request is one that may tell how far it is."""
        return type(request) in self._long

    def run(self, request: Any, sink: Optional[RowSink] = None) -> FieldResult:
        """Answer a request that may take long.

        Args:
            sink: takes how far it is, where the caller wants to know.
        """
        tell = None
        if sink is not None and request.progress:
            tell = told_through(sink)
        return self._long[type(request)](request, tell)

    def _version(self, _: GetSchemaVersionRequest) -> FieldResult:
        """Read the schema's version."""
        return SuccessResult({"version": self._driver.get_schema_version()})

    def _history(self, _: GetSchemaHistoryRequest) -> FieldResult:
        """Read the history of syncs."""
        return SuccessResult({"history": self._driver.get_schema_history()})

    def _export(self, _: ExportSchemaRequest) -> FieldResult:
        """Read the definition of the database."""
        return SuccessResult({"definition": self._driver.export_schema()})

    def _sync(
        self, request: SyncSchemaRequest, tell: Optional[ProgressListener]
    ) -> FieldResult:
        """Make the schema what the definition says."""
        report = self._driver.sync_schema(
            request.schema_definition,
            request.backup_dir,
            dry_run=request.dry_run,
            allow_destructive=request.allow_destructive,
            keep_others=request.keep_others,
            progress=tell,
        )
        return SuccessResult({"report": report})

    def _backup(
        self, request: BackupRequest, tell: Optional[ProgressListener]
    ) -> FieldResult:
        """Copy the database into a file."""
        path = self._driver.backup(request.directory, progress=tell)
        return SuccessResult({"path": path})

    def _restore(
        self, request: RestoreRequest, tell: Optional[ProgressListener]
    ) -> FieldResult:
        """Put the database back from a backup."""
        report = self._driver.restore(request.backup, progress=tell)
        return SuccessResult({"report": report})
