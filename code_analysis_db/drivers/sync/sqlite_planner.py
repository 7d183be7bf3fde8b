"""Which steps make a SQLite file what a schema says."""

from __future__ import annotations

from typing import List, Mapping

from ...dialects.change_statements import Spell
from ...dialects.sqlite import SQLiteDialect
from ...schema import TableDifference
from ..catalogue import Catalogue
from ..sqlite_session import SQLiteSession
from .limits import rebuild_reasons
from .planner import Planner
from .preflight import Preflight
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

    def _rows_in_the_way(
        self, differences: Mapping[str, TableDifference], session: SQLiteSession
    ) -> List[str]:
        """Tell also of rows that refer to no row by foreign keys of tables that are
        built anew, and of those that refer to these: whoever wrote them enforced no
        keys, and they would end the rebuild after all was copied."""
        rebuilt = {
            name
            for name, difference in differences.items()
            if rebuild_reasons(difference, self._sqlite)
        }
        preflight = Preflight(session, self._sqlite, differences)
        found = [
            preflight.orphans(difference, key)
            for name, difference in differences.items()
            for key in difference.after.foreign_keys
            if not rebuilt.isdisjoint((name, key.table))
            and key not in difference.added_foreign_keys
        ]
        orphans = [orphan for orphan in found if orphan is not None]
        return super()._rows_in_the_way(differences, session) + orphans

    def _maker(self, spell: Spell, session: SQLiteSession) -> StepMaker:
        """Return what makes the steps of one plan."""
        return SQLiteStepMaker(self._sqlite, spell, session)
