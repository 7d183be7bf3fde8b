"""The changes of the tables of a database on a server, one at a time.

Where the server cannot undo definitions, each statement is done when it has run.  A
journal then says which step is under way, so that the catalogue is set right after one
that was cut off: by whoever changes tables next, if the process is gone.
"""

from __future__ import annotations

from functools import partial
from typing import Optional

from ...dialects.base import Dialect
from ...exceptions import DriverError
from ...progress import ProgressListener
from ..scope import R, Work
from ..sync.journal import Journal
from ..sync.planner import Planner
from ..sync.step import Step
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
        super().__init__(database, catalogue, Planner(dialect, catalogue))
        self._locks = catalogue
        self._journal: Optional[Journal[SS]] = None
        if not dialect.has_transactional_ddl:
            self._journal = Journal(catalogue, dialect)

    def change(self, work: Work[SS, R]) -> R:
        """Run the work while nobody else changes tables."""
        try:
            return self._database.write(
                partial(self._alone, work), several=self._journal is None
            )
        finally:
            self._catalogue.forget()

    def _alone(self, work: Work[SS, R], session: SS) -> R:
        """Run the work between lock and unlock."""
        self._locks.lock_changes(session)
        try:
            if self._journal is not None:
                self._journal.settle(session)
            return work(session)
        finally:
            self._unlock(session)

    def _unlock(self, session: SS) -> None:
        """Let others change tables; a connection that could not say so is given up,
        which the server takes for the same."""
        if session.is_broken:
            return
        try:
            self._locks.unlock_changes(session)
        except DriverError:
            session.abandon()

    def _apply(
        self, session: SS, step: Step, progress: Optional[ProgressListener] = None
    ) -> None:
        """Run one step, and keep the definition that it leads to."""
        if self._journal is None:
            super()._apply(session, step, progress)
            return
        self._journal.begin(session, step)
        try:
            self._apply_step(step, session, progress)
        except DriverError:
            if not session.is_broken:
                self._journal.settle(session, has_failed=True)
            raise
        self._keep(session, step)
        self._journal.end(session)
