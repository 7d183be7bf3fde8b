"""What drivers of SQL databases share of their tables: making and changing them, one by
one or all together, and copies of the whole database.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, Dict, List, Mapping, Optional, TypeVar, Union, cast

from ..dialects.table_conditions import UnreadTableError
from ..exceptions import (
    DriverIntegrityError,
    DriverQueryError,
    InvalidValueError,
    UnknownColumnError,
    UnknownTableError,
)
from ..progress import ProgressListener
from ..schema.schema import Schema
from .scope import S
from .sql_connection import SqlConnection

_Method = TypeVar("_Method", bound=Callable[..., Any])


def table_method(method: _Method) -> _Method:
    """Wrap a method whose first argument is a table's name.

    A table that a condition reaches into is read, and the method run again.  Where it
    meets an unknown name, or what it knows of the table refuses the call, and somebody
    else has changed the schema in the meantime, it is run again with the schema read
    anew: nothing was done.  Constraint errors get the table, which a database does not
    always say.
    """

    @wraps(method)
    def run(self: SqlTables[Any], table_name: str, *args: Any, **kwargs: Any) -> Any:
        """Run the method."""
        try:
            return method(self, table_name, *args, **kwargs)
        except UnreadTableError as error:
            unread = str(error.table)
        except DriverIntegrityError as error:
            error.table = error.table or table_name
            raise
        except DriverQueryError as error:
            changed = error.table or table_name
            if not may_be_outdated(error) or not self._is_outdated(
                changed, kwargs.get("transaction_id")
            ):
                raise
            return method(self, table_name, *args, **kwargs)
        self._read_table(unread, kwargs.get("transaction_id"))
        return run(self, table_name, *args, **kwargs)

    return cast(_Method, run)


def may_be_outdated(error: DriverQueryError) -> bool:
    """Tell whether an error can come of what is known of a table and not so any more:
    an unknown name, or a refusal that no database was asked for."""
    if isinstance(error, (UnknownTableError, UnknownColumnError)):
        return True
    is_refusal = type(error) in (DriverQueryError, InvalidValueError)
    return is_refusal and error.database_code is None


class SqlTables(SqlConnection[S]):
    """The part of a driver that knows the tables."""

    def _read_table(self, name: str, transaction_id: Optional[str]) -> None:
        """Read a table that a condition over another one reaches into."""
        self._catalogue.statements(name, self._scopes.current(transaction_id))

    def _is_outdated(self, table_name: str, transaction_id: Optional[str]) -> bool:
        """Tell whether a table was changed by somebody else, and read it anew then."""
        scope = self._scopes.current(transaction_id)
        return self._catalogue.is_outdated(table_name, scope)

    # --- single tables ------------------------------------------------------------

    def create_table(self, schema: Dict[str, Any]) -> bool:
        """Create a table; False where it exists already (nothing is changed)."""
        self._scopes.refuse_inside(None, "creating a table")
        return self._tables.create(schema)

    def drop_table(self, table_name: str) -> bool:
        """Drop a table; False where there is none."""
        self._scopes.refuse_inside(None, "dropping a table")
        return self._tables.drop(table_name)

    @table_method
    def alter_table(self, table_name: str, changes: Dict[str, Any]) -> bool:
        """Change a table as told, dropping included."""
        self._scopes.refuse_inside(None, "altering a table")
        return self._tables.alter(table_name, changes)

    def list_tables(self) -> List[str]:
        """Return the tables' names, sorted, without the driver's own."""
        return self._catalogue.names(self._scopes.current(None))

    def get_table_info(self, table_name: str) -> List[Dict[str, Any]]:
        """Describe the columns of a table or view."""
        scope = self._scopes.current(None)
        return self._catalogue.describe(table_name, scope).column_info()

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
    ) -> Dict[str, Any]:
        """Make the database's schema what the definition says, and report."""
        self._scopes.refuse_inside(None, "synchronising the schema")
        return self._synchroniser.sync(
            schema_definition,
            backup_dir,
            dry_run=dry_run,
            allow_destructive=allow_destructive,
            keep_others=keep_others,
            progress=progress,
        )

    def export_schema(self) -> Dict[str, Any]:
        """Return the whole database as a definition."""
        return self._synchroniser.export()

    def get_schema_version(self) -> str:
        """Return the version that the last schema sync stored, ``""`` for none."""
        return self._catalogue.schema_version(self._scopes.current(None))

    def get_schema_history(self) -> List[Dict[str, Any]]:
        """Return the syncs that there were, the first one first."""
        return self._synchroniser.history()

    # --- all of the database ------------------------------------------------------

    def backup(
        self, directory: str, *, progress: Optional[ProgressListener] = None
    ) -> str:
        """Copy the whole database into a new file of a directory, return its path."""
        return self._backups.make(directory, progress)

    def restore(
        self, backup: str, *, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Put everything back from a backup, and report."""
        self._scopes.refuse_inside(None, "restoring a backup")
        return self._backups.restore(backup, progress)
