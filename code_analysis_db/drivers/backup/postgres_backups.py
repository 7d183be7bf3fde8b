"""Backups of a PostgreSQL database."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple

from ...exceptions import UnsupportedError
from ...schema import Table
from ..isolation import IsolationLevel
from ..postgres_session import PostgresSession
from .backup_reader import check_index_names, other_objects
from .server_backups import ServerBackups

_SEQUENCE = "pg_get_serial_sequence(%s, %s)::regclass"


_OTHERS = (
    "SELECT 'trigger', t.tgname, c.relname FROM pg_trigger AS t"
    " JOIN pg_class AS c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT 'view', relname, NULL FROM pg_class"
    " WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace"
    " ORDER BY 1, 2"
)
_READING_VIEWS = (
    "SELECT DISTINCT v.oid::regclass::text FROM pg_class AS v"
    " JOIN pg_rewrite AS r ON r.ev_class = v.oid"
    " JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid"
    " AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid"
    " JOIN pg_class AS t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')"
    " WHERE v.relkind IN ('v', 'm') AND t.relnamespace ="
    " current_schema()::regnamespace AND t.relname = ANY(%s) ORDER BY 1"
)


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
        """Drop the tables, all at once.

        Raises:
            UnsupportedError: views read them, which would have to be dropped too.
        """
        views = [name for (name,) in session.query(_READING_VIEWS, [list(names)])]
        if views:
            raise UnsupportedError(
                f"views {views} read tables that the restore drops, and cannot be"
                " made again by it; drop them first, and make them again after it"
            )
        session.query_once(f"DROP TABLE {self._listed(names)}")

    def _others(self, session: PostgresSession) -> List[str]:
        """Return the database's views and triggers in words."""
        return other_objects(session.query(_OTHERS))

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
