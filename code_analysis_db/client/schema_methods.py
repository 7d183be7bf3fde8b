"""The methods about tables and the schema."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from ..messages.table_requests import (
    AlterTableRequest,
    CreateTableRequest,
    DropTableRequest,
    GetSchemaVersionRequest,
    GetTableInfoRequest,
    ListTablesRequest,
    SyncSchemaRequest,
)
from .request_methods import RequestMethods
from .result_reading import field

_done = field("done")
_tables = field("tables")
_columns = field("columns")
_version = field("version")
_report = field("report")


class SchemaMethods(RequestMethods):
    """Makes, changes and describes tables; never inside a transaction.

    ``timeout`` is the seconds that a call may take, waiting included.
    """

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
        """Change a table as told, dropping included; False where nothing is asked.

        Args:
            changes: ``add_columns``, ``drop_columns``, ``rename_columns``,
                ``alter_columns``, ``add_constraints``, ``drop_constraints``,
                ``add_indexes``, ``drop_indexes`` and ``rename_to``.
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

    def get_schema_version(self, *, timeout: Optional[float] = None) -> str:
        """Return the version that the last schema sync stored, ``""`` for none."""
        version: str = self._perform(GetSchemaVersionRequest(), _version, timeout)
        return version

    def sync_schema(
        self,
        schema_definition: Mapping[str, Any],
        backup_dir: Optional[str] = None,
        *,
        timeout: Optional[float] = None,
    ) -> Dict[str, Any]:
        """Make the database's schema what the definition says.

        Args:
            backup_dir: where a complete backup is made first.

        Returns:
            ``created_tables``, ``modified_tables`` and ``errors``.
        """
        request = SyncSchemaRequest(schema_definition, backup_dir)
        report: Dict[str, Any] = self._perform(request, _report, timeout)
        return report
