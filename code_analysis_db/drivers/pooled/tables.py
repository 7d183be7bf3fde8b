"""The changes of the tables of a database on a server, one at a time.

Where the server cannot undo definitions, each statement is done when it has run.  The
catalogue then is written first, and taken back where the change fails: a definition
that is kept without its table does no harm, a table without its definition would lose
its logical types.
"""

from __future__ import annotations

from functools import partial
from typing import Callable, List

from ...dialects.alter import Alteration
from ...dialects.ddl import drop_table
from ...dialects.base import Dialect
from ...exceptions import DriverError
from ...schema import Table
from ..tables import TableChanges
from .catalogue import PooledCatalogue
from .database import PooledDatabase
from .pool import SS


class PooledTables(TableChanges[SS]):
    """Makes, changes and drops tables."""

    def __init__(
        self,
        database: PooledDatabase[SS],
        catalogue: PooledCatalogue[SS],
        dialect: Dialect,
    ) -> None:
        """Work on the database and keep the catalogue right."""
        super().__init__(database, catalogue, dialect)
        self._locks = catalogue
        self._undoes = dialect.has_transactional_ddl

    def _change(self, work: Callable[[SS], bool]) -> bool:
        """Run the work while nobody else changes tables."""
        try:
            return self._database.write(
                partial(self._alone, work), several=self._undoes
            )
        finally:
            self._catalogue.forget()

    def _alone(self, work: Callable[[SS], bool], session: SS) -> bool:
        """Run the work between lock and unlock."""
        self._locks.lock_changes(session)
        try:
            return work(session)
        finally:
            if not session.is_broken:
                self._locks.unlock_changes(session)

    def _apply_create(self, table: Table, statements: List[str], session: SS) -> None:
        """Run the statements of a new table, and keep its definition."""
        if self._undoes:
            super()._apply_create(table, statements, session)
            return
        self._catalogue.store(session, table)
        done = 0
        try:
            for sql in statements:
                session.query(sql)
                done += 1
        except DriverError:
            if not session.is_broken:
                if done:
                    session.query(drop_table(table.name, self._dialect))
                self._catalogue.remove(session, table.name)
            raise

    def _apply_alter(self, name: str, alteration: Alteration, session: SS) -> None:
        """Run the statements of a change, and keep the changed definitions."""
        if self._undoes:
            super()._apply_alter(name, alteration, session)
            return
        before = self._catalogue.stored_tables(session)
        self._store_altered(name, alteration, session)
        try:
            for sql in alteration.statements:
                session.query(sql)
        except DriverError:
            if not session.is_broken:
                if alteration.renamed_to is not None:
                    self._catalogue.remove(session, alteration.renamed_to)
                for table in before:
                    self._catalogue.store(session, table)
            raise
