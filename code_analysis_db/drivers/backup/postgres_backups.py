"""Backups of a PostgreSQL database."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple

from ...schema import Table
from ..isolation import IsolationLevel
from ..postgres_session import PostgresSession
from .backup_reader import check_index_names
from .server_backups import ServerBackups

_SEQUENCE = "pg_get_serial_sequence(%s, %s)::regclass"


class PostgresBackups(ServerBackups[PostgresSession]):
    """Makes and restores backups; a restore is one transaction."""

    def _hold(self, session: PostgresSession, names: Sequence[str]) -> None:
        """Lock the tables before the snapshot is taken, as LOCK TABLE takes none."""
        session.begin(IsolationLevel.REPEATABLE_READ, read_only=True)
        if names:
            session.query_once(f"LOCK TABLE {self._listed(names)} IN ACCESS SHARE MODE")

    def _last_number(self, session: PostgresSession, table: Table) -> Optional[int]:
        """Ask the sequence, None where the table has none or it gave no number yet."""
        ((last,),) = session.query(
            f"SELECT pg_sequence_last_value({_SEQUENCE})", self._owner(table)
        )
        return None if last is None else int(last)

    def _set_last_number(
        self, session: PostgresSession, table: Table, last: int
    ) -> None:
        """Set the sequence, which nobody else uses yet."""
        session.query(f"SELECT setval({_SEQUENCE}, %s)", [*self._owner(table), last])

    def _drop(self, session: PostgresSession, names: Sequence[str]) -> None:
        """Drop the tables, all at once."""
        session.query_once(f"DROP TABLE {self._listed(names)}")

    def _insert(
        self, session: PostgresSession, work: Callable[[PostgresSession], object]
    ) -> None:
        """Insert the rows within the transaction of the restore."""
        work(session)

    def _fitted(self, tables: Sequence[Table]) -> Tuple[Table, ...]:
        """Return the tables as they are.

        Raises:
            UnsupportedError: two of their indexes have one name.
        """
        check_index_names(tables, self._dialect.name)
        return tuple(tables)

    def _listed(self, names: Sequence[str]) -> str:
        """Return quoted names."""
        return ", ".join(map(self._dialect.quote, names))

    def _owner(self, table: Table) -> List[Any]:
        """Return the table, quoted, and the column that a sequence numbers."""
        quoted = self._dialect.quote(table.name).replace("%%", "%")
        return [quoted, table.numbered_key]
