"""The methods about tables, the schema and all of the database."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Union

from ..messages.schema_requests import (
    BackupRequest,
    ExportSchemaRequest,
    GetSchemaHistoryRequest,
    GetSchemaVersionRequest,
    RestoreRequest,
    SyncSchemaRequest,
)
from ..messages.table_requests import (
    AlterTableRequest,
    CreateTableRequest,
    DropTableRequest,
    GetTableInfoRequest,
    ListTablesRequest,
)
from ..progress import ProgressListener
from ..schema.schema import Schema, portable_schema
from .progress_reading import with_progress
from .request_methods import RequestMethods
from .result_reading import field

_done = field("done")
_tables = field("tables")
_columns = field("columns")
_version = field("version")
_report = field("report")
_history = field("history")
_definition = field("definition")
_path = field("path")


class SchemaMethods(RequestMethods):
    """Makes, changes and describes tables; never inside a transaction.

    ``timeout`` is the seconds that a call may take, waiting included.  What may take
    long tells ``progress`` (a function that takes a
    :class:`~code_analysis_db.progress.Progress`) how far it is; what that raises stops
    the work, which is undone as far as it had come.
    """

    # --- single tables ------------------------------------------------------------

    def create_table(
        self, schema: Mapping[str, Any], *, timeout: Optional[float] = None
    ) -> bool:
        """Create a table with its constraints and indexes.

        Returns:
            False where a table of that name exists; it is left as it is.

        Raises:
            SchemaDefinitionError: the definition has faults; all are named.
        """
        done: bool = self._perform(CreateTableRequest(schema), _done, timeout)
        return done

    def drop_table(self, table_name: str, *, timeout: Optional[float] = None) -> bool:
        """Drop a table; False where there is none."""
        done: bool = self._perform(DropTableRequest(table_name), _done, timeout)
        return done

    def alter_table(
        self,
        table_name: str,
        changes: Mapping[str, Any],
        *,
        timeout: Optional[float] = None,
    ) -> bool:
        """Change a table as told, dropping included; False where it is so already.

        It is one transaction where the database can undo definitions; where it cannot,
        the steps that were done before one that fails stay, which the error says.

        Args:
            changes: ``add_columns``, ``drop_columns``, ``rename_columns``,
                ``alter_columns``, ``add_constraints``, ``drop_constraints`` (names,
                or constraints as a definition has them), ``add_indexes``,
                ``drop_indexes`` and ``rename_to``.

        Raises:
            UnknownTableError: there is no such table.
            SchemaDefinitionError: the changes have faults.
            UnsupportedError: it cannot be done, whatever is in the tables.
            SchemaSyncError: rows are in the way, which are counted; nothing was
                changed.
        """
        request = AlterTableRequest(table_name, changes)
        done: bool = self._perform(request, _done, timeout)
        return done

    def list_tables(self, *, timeout: Optional[float] = None) -> List[str]:
        """Return the tables' names, sorted."""
        tables: List[str] = self._perform(ListTablesRequest(), _tables, timeout)
        return tables

    def get_table_info(
        self, table_name: str, *, timeout: Optional[float] = None
    ) -> List[Dict[str, Any]]:
        """Describe a table's columns.

        Returns:
            ``name``, ``type`` (the logical one), ``native_type``, ``nullable``,
            ``default`` and ``primary_key`` of each.

        Raises:
            UnknownTableError: there is no such table.
        """
        request = GetTableInfoRequest(table_name)
        columns: List[Dict[str, Any]] = self._perform(request, _columns, timeout)
        return columns

    # --- the schema ---------------------------------------------------------------

    def sync_schema(
        self,
        schema_definition: Union[Mapping[str, Any], Schema],
        backup_dir: Optional[str] = None,
        *,
        dry_run: bool = False,
        allow_destructive: bool = False,
        keep_others: bool = False,
        progress: Optional[ProgressListener] = None,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Make the database's schema what the definition says.

        Where it is so already nothing is done.  Of several that sync at once one does
        it, and the others find nothing to do.

        Args:
            schema_definition: ``{"tables": […], "version": …}``, or a
                :class:`~code_analysis_db.schema.Schema`.
            backup_dir: where a complete backup is made before the first change.
            dry_run: only tell what would be done.
            allow_destructive: drop tables and columns that the definition has not,
                and narrow types whose values all fit; else they are left.
            keep_others: the definition is of some tables only, which may refer to
                others.  Tables that it has not stay, whatever ``allow_destructive``
                says, and are not told in ``left``; the version stays too, so the
                definition has none.

        Returns:
            ``created_tables``, ``modified_tables``, ``dropped_tables``,
            ``renamed_tables`` (old names to new), ``errors`` (of a dry run: what
            stands in the way), ``changed``, ``dry_run``, ``from_version``,
            ``to_version``, ``steps`` (with their SQL and what they cost), ``left``,
            ``backup`` (its path) and ``seconds``.

        Raises:
            SchemaDefinitionError: the definition has faults; all are named.
            SchemaSyncError: rows stand in the way; nothing was changed.
            SchemaVersionError: the database is newer than the definition.
            BackupError: the backup could not be made; nothing was changed.
        """
        request = SyncSchemaRequest(
            portable_schema(schema_definition),
            backup_dir,
            dry_run,
            allow_destructive,
            keep_others,
            progress is not None,
        )
        read = with_progress(_report, progress)
        report: Dict[str, Any] = self._perform(request, read, timeout)
        return report

    def export_schema(self, *, timeout: Optional[float] = None) -> Dict[str, Any]:
        """Return the whole database as a definition that :meth:`sync_schema` takes."""
        request = ExportSchemaRequest()
        definition: Dict[str, Any] = self._perform(request, _definition, timeout)
        return definition

    def get_schema_version(self, *, timeout: Optional[float] = None) -> str:
        """Return the version that the last schema sync stored, ``""`` for none."""
        version: str = self._perform(GetSchemaVersionRequest(), _version, timeout)
        return version

    def get_schema_history(
        self, *, timeout: Optional[float] = None
    ) -> List[Dict[str, Any]]:
        """Return the syncs that have changed or were to change the schema, the first
        one first.

        Returns:
            ``started_at`` (aware, UTC), ``from_version``, ``to_version``, ``steps``,
            ``seconds`` and ``outcome`` (``"applied"`` or ``"failed: …"``) of each.
        """
        request = GetSchemaHistoryRequest()
        history: List[Dict[str, Any]] = self._perform(request, _history, timeout)
        return history

    # --- all of the database ------------------------------------------------------

    def backup(
        self,
        directory: str,
        *,
        progress: Optional[ProgressListener] = None,
        timeout: Optional[float] = None,
    ) -> str:
        """Copy the whole database into a new file of a directory, as it is at one
        moment, while others go on; return the file's path.

        The path is one of the driver's machine.

        Raises:
            BackupError: the file could not be written; there is none then.
        """
        request = BackupRequest(directory, progress is not None)
        read = with_progress(_path, progress)
        path: str = self._perform(request, read, timeout)
        return path

    def restore(
        self,
        backup: str,
        *,
        progress: Optional[ProgressListener] = None,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Put everything back from a backup, of this kind of database or another:
        tables, rows, keys, numbering, version.  What is not in it is dropped.

        It is all or nothing, but on MySQL and MariaDB: there one that was cut off is
        to be run again.

        Raises:
            BackupError: the file is no backup, or damaged; nothing was changed.
            UnsupportedError: it has what this database lacks, or checks in the SQL of
                another; nothing was changed.
        """
        request = RestoreRequest(backup, progress is not None)
        read = with_progress(_report, progress)
        report: Dict[str, Any] = self._perform(request, read, timeout)
        return report
