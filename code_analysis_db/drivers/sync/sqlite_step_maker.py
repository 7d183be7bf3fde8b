"""The steps of a SQLite file, rebuilds among them."""

from __future__ import annotations

from typing import List, Optional, Sequence

from ...dialects.change_statements import Spell
from ...dialects.sqlite import SQLiteDialect
from ...schema import Table, TableDifference
from ..sqlite_session import SQLiteSession
from .limits import rebuild_reasons
from .sqlite_rebuild import Rebuilder
from .step import Step
from .step_maker import Phases, StepMaker


class SQLiteStepMaker(StepMaker):
    """Makes the steps of one plan, in the order in which they will run."""

    def __init__(
        self, dialect: SQLiteDialect, spell: Spell, session: SQLiteSession
    ) -> None:
        """Read what a rebuild needs through the session, where there is one."""
        super().__init__(dialect, spell)
        self._sqlite = dialect
        self._session = session
        self._before: List[str] = []
        self._rebuilder: Optional[Rebuilder] = None

    def close(self) -> None:
        """Give the scratch of the rebuilds up."""
        if self._rebuilder is not None:
            self._rebuilder.close()
            self._rebuilder = None

    def drops(self, tables: Sequence[Table]) -> Phases:
        """Return the steps that drop tables."""
        return self._followed(super().drops(tables))

    def changes(self, difference: TableDifference, result: Table) -> Phases:
        """Return the steps of a table's change."""
        if rebuild_reasons(difference, self._sqlite):
            return [], [self._rebuilt(difference, result)], []
        return self._followed(super().changes(difference, result))

    def _rebuilt(self, difference: TableDifference, result: Table) -> Step:
        """Return the step that builds a table anew.

        Raises:
            SchemaSyncError: it cannot be done.
        """
        if self._rebuilder is None:
            self._rebuilder = Rebuilder(self._session, self._sqlite)
            self._rebuilder.run(self._before)
        return self._rebuilder.step(difference, result)

    def _followed(self, phases: Phases) -> Phases:
        """Have later rebuilds see what these steps do."""
        statements = [s for part in phases for step in part for s in step.statements]
        if self._rebuilder is None:
            self._before += statements
        elif statements:
            self._rebuilder.run(statements)
        return phases
