"""Backups of a MySQL or MariaDB database; its tables are InnoDB's."""

from __future__ import annotations

import re
from typing import Callable, List, Optional, Sequence, Tuple

import attrs

from ...enums import ReferenceAction
from ...exceptions import UnsupportedError
from ...schema import Table
from ..isolation import IsolationLevel
from ..mysql_session import MySQLSession
from .backup_reader import other_objects
from .server_backups import ServerBackups

_NEXT_NUMBER = re.compile(r"^\) .*?AUTO_INCREMENT=(\d+)", re.MULTILINE)


_OTHERS = (
    "SELECT 'trigger', trigger_name, event_object_table"
    " FROM information_schema.triggers"
    " WHERE trigger_schema = database() UNION ALL"
    " SELECT 'view', table_name, NULL FROM information_schema.views"
    " WHERE table_schema = database() ORDER BY 1, 2"
)


class MySQLBackups(ServerBackups[MySQLSession]):
    """Makes and restores backups; a restore that was cut off is to be run again."""

    def _hold(self, session: MySQLSession, names: Sequence[str]) -> None:
        """Read of every table: the first read takes the snapshot, each keeps its table
        from being changed, and fails where it was changed after the snapshot."""
        session.begin(IsolationLevel.REPEATABLE_READ, read_only=True)
        for name in names:
            session.query(f"SELECT 1 FROM {self._dialect.quote(name)} LIMIT 1")

    def _last_number(self, session: MySQLSession, table: Table) -> Optional[int]:
        """Read the table's next number in its definition; what information_schema
        says of it may be a day old."""
        quoted = self._dialect.quote(table.name)
        ((_, text, *_),) = session.query(f"SHOW CREATE TABLE {quoted}")
        found = _NEXT_NUMBER.search(text)
        return int(found.group(1)) - 1 if found else None

    def _set_last_number(self, session: MySQLSession, table: Table, last: int) -> None:
        """Set the table's next number."""
        if last < 2**63 - 1:
            quoted = self._dialect.quote(table.name)
            session.query(f"ALTER TABLE {quoted} AUTO_INCREMENT = {last + 1}")

    def _drop(self, session: MySQLSession, names: Sequence[str]) -> None:
        """Drop the tables, whatever refers to them."""
        listed = ", ".join(map(self._dialect.quote, names))
        session.query("SET foreign_key_checks = 0")
        try:
            session.query(f"DROP TABLE {listed}")
        finally:
            if not session.is_broken:
                session.query("SET foreign_key_checks = 1")

    def _others(self, session: MySQLSession) -> List[str]:
        """Return the database's views and triggers in words."""
        return other_objects(session.query(_OTHERS))

    def _insert(
        self, session: MySQLSession, work: Callable[[MySQLSession], object]
    ) -> None:
        """Insert the rows as a transaction of their own."""
        session.begin()
        try:
            work(session)
        except BaseException:
            session.rollback()
            raise
        session.commit()

    def _fitted(self, tables: Sequence[Table]) -> Tuple[Table, ...]:
        """Return the tables with foreign keys that name the columns they refer to.

        Raises:
            UnsupportedError: a foreign key does what InnoDB does not.
        """
        keys = {table.name: table.primary_key for table in tables}
        return tuple(
            attrs.evolve(
                table,
                foreign_keys=tuple(
                    attrs.evolve(key, references=key.references or keys[key.table])
                    for key in table.foreign_keys
                ),
            )
            for table in map(self._checked, tables)
        )

    def _checked(self, table: Table) -> Table:
        """Refuse a table with a foreign key that InnoDB has not."""
        for key in table.foreign_keys:
            if ReferenceAction.SET_DEFAULT in (key.on_delete, key.on_update):
                raise UnsupportedError(
                    f"{self._dialect.name} offers no SET DEFAULT (foreign key on"
                    f" {list(key.columns)} of table {table.name!r})",
                    table=table.name,
                )
        return table
