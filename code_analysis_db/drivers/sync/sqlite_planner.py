"""Which steps make a SQLite file what a schema says."""

from __future__ import annotations

from ...dialects.change_statements import Spell
from ...dialects.sqlite import SQLiteDialect
from ..catalogue import Catalogue
from ..sqlite_session import SQLiteSession
from .planner import Planner
from .sqlite_step_maker import SQLiteStepMaker
from .step_maker import StepMaker


class SQLitePlanner(Planner[SQLiteSession]):
    """Plans syncs of one file, in which a table may be built anew."""

    def __init__(
        self, dialect: SQLiteDialect, catalogue: Catalogue[SQLiteSession]
    ) -> None:
        """Plan in the words of ``dialect``."""
        super().__init__(dialect, catalogue)
        self._sqlite = dialect

    def _maker(self, spell: Spell, session: SQLiteSession) -> StepMaker:
        """Return what makes the steps of one plan."""
        return SQLiteStepMaker(self._sqlite, spell, session)
