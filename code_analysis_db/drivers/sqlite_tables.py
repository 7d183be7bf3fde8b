"""The changes of the tables of a SQLite file.

A table that SQLite's ALTER cannot change is built anew (see ``sync.sqlite_rebuild``).
The old one is dropped meanwhile, which may not reach the rows that refer to it: changes
run on a session of their own that does not enforce foreign keys, and the keys are
checked before the commit.  The session is closed after it, so that nothing it was set
to can outlive the change.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Optional, Set

from ..dialects.ddl import drop_table
from ..dialects.sqlite import SQLiteDialect
from ..dialects.sqlite_rebuild import new_name
from ..exceptions import ForeignKeyViolationError, SchemaSyncError
from ..progress import Progress, ProgressListener
from .scope import R, Work
from .sqlite_catalogue import SQLiteCatalogue
from .sqlite_database import SQLiteDatabase
from .sqlite_session import SQLiteSession
from .sync.sqlite_planner import SQLitePlanner
from .sync.step import Step, StepKind
from .tables import TableChanges

_REFERRING = (
    "SELECT DISTINCT m.name FROM sqlite_master AS m,"
    " pragma_foreign_key_list(m.name) AS k"
    " WHERE m.type = 'table'"
    " AND (m.name COLLATE NOCASE IN (SELECT value FROM json_each(?1))"
    ' OR k."table" COLLATE NOCASE IN (SELECT value FROM json_each(?1)))'
)


class SQLiteTables(TableChanges[SQLiteSession]):
    """Makes, changes, rebuilds and drops tables."""

    def __init__(
        self,
        database: SQLiteDatabase,
        catalogue: SQLiteCatalogue,
        dialect: SQLiteDialect,
    ) -> None:
        """Work on the database and keep the catalogue right."""
        super().__init__(database, catalogue, SQLitePlanner(dialect, catalogue))
        self._file = database
        self._unchecked: Set[str] = set()

    def change(self, work: Work[SQLiteSession, R]) -> R:
        """Run the work while nobody else writes, in one transaction."""
        try:
            return self._file.write_tables(partial(self._checked, work))
        finally:
            self._catalogue.forget()

    def _checked(self, work: Work[SQLiteSession, R], session: SQLiteSession) -> R:
        """Run the work, and check the foreign keys that it may have broken."""
        self._unchecked = set()
        result = work(session)
        if self._unchecked:
            self._check_keys(session)
        return result

    def _check_keys(self, session: SQLiteSession) -> None:
        """See that rows refer to rows, from and to the tables that were rebuilt or
        dropped.

        Raises:
            ForeignKeyViolationError: some do not.
        """
        names = json.dumps(sorted(self._unchecked))
        for (table,) in session.query(_REFERRING, (names,)):
            ((orphans, target),) = session.query(
                'SELECT count(*), min("parent") FROM pragma_foreign_key_check(?)',
                (table,),
            )
            if orphans:
                raise ForeignKeyViolationError(
                    f"{orphans} rows of table {table!r} refer to rows of table"
                    f" {target!r} that there are not; delete or correct them first",
                    table=table,
                )

    def _apply_step(
        self, step: Step, session: SQLiteSession, progress: Optional[ProgressListener]
    ) -> None:
        """Run the statements of a step; a rebuild may not lose a row."""
        if step.kind is StepKind.DROP_TABLE:
            self._unchecked.add(step.table)
        if step.kind is not StepKind.REBUILD_TABLE or step.result is None:
            super()._apply_step(step, session, progress)
            return
        name = step.result.name
        self._unchecked.add(name)
        drop = drop_table(name, self._dialect)
        for sql in step.statements:
            if sql == drop:
                rows = self._compare_counts(name, session)
                if progress is not None:
                    progress(Progress("change", step.table, rows, rows))
            session.query(sql)

    def _compare_counts(self, name: str, session: SQLiteSession) -> int:
        """Return the number of a table's rows, before the old one is dropped.

        Raises:
            SchemaSyncError: the new one has another: a conflict clause of the table
                (``ON CONFLICT IGNORE``) has swallowed some.
        """
        old, new = _quote(name), _quote(new_name(name))
        ((before, after),) = session.query(
            f"SELECT (SELECT count(*) FROM {old}), (SELECT count(*) FROM {new})"
        )
        if before != after:
            raise SchemaSyncError(
                f"table {name!r} has {before} rows, of which {after} fit what it is to"
                " be; nothing was changed, correct the others first",
                table=name,
            )
        return int(before)


def _quote(name: str) -> str:
    """Return a table's name as SQL text."""
    return '"' + name.replace('"', '""') + '"'
