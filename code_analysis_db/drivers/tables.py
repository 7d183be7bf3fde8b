"""The changes of a database's tables.

Each is one transaction where the database can undo definitions: the statements, and
what the catalogue keeps.  A change of one table and a sync of all of them go the same
way: as steps, each of which takes one table from one state to the next.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, List, Mapping, Optional, Sequence

from ..dialects.alter import Alteration, alter_table
from ..dialects.base import Dialect
from ..dialects.ddl import create_table, drop_table
from ..exceptions import (
    DriverError,
    ForeignKeyViolationError,
    SchemaDefinitionError,
    UnknownTableError,
)
from ..progress import Progress, ProgressListener
from ..schema import ForeignKey, Table, check_reference, near_hint
from .catalogue import Catalogue
from .database import Database
from .scope import R, S, Work
from .sync.step import Step, StepKind


class TableChanges(Generic[S]):
    """Makes, changes and drops tables."""

    def __init__(
        self, database: Database[S], catalogue: Catalogue[S], dialect: Dialect
    ) -> None:
        """Work on the database and keep the catalogue right."""
        self._database = database
        self._catalogue = catalogue
        self._dialect = dialect

    def create(self, definition: Mapping[str, Any]) -> bool:
        """Create a table; False where it exists.

        Raises:
            SchemaDefinitionError: the definition has faults; all are named.
            UnknownTableError: a foreign key refers to a table that there is not.
        """
        table = Table.from_definition(definition)
        return self.change(partial(self._create, table))

    def drop(self, name: str) -> bool:
        """Drop a table; False where there is none."""
        return self.change(partial(self._drop, name))

    def alter(self, name: str, changes: Mapping[str, Any]) -> bool:
        """Change a table; False where nothing was asked.

        Raises:
            UnknownTableError: there is no such table.
            UnsupportedError: the database cannot do it without rebuilding the table.
        """
        return self.change(partial(self._alter, name, changes))

    def change(self, work: Work[S, R]) -> R:
        """Run the work while nobody else changes tables, in one transaction where the
        database can undo definitions, and read the schema anew after it."""
        try:
            return self._database.write(work, several=True)
        finally:
            self._catalogue.forget()

    def apply(
        self,
        session: S,
        steps: Sequence[Step],
        progress: Optional[ProgressListener] = None,
    ) -> None:
        """Run steps, within the work of :meth:`change`, and keep the definitions.

        Args:
            progress: is told how far the work is.
        """
        for number, step in enumerate(steps):
            if progress is not None:
                progress(Progress("change", step.table, number, len(steps)))
            try:
                self._apply(session, step, progress)
            except DriverError as error:
                if number and not self._dialect.has_transactional_ddl:
                    _say_what_stays(error, number, len(steps))
                raise
        if progress is not None:
            progress(Progress("change", "", len(steps), len(steps)))

    # --- inside a transaction -----------------------------------------------------

    def _create(self, table: Table, session: S) -> bool:
        """Create a table."""
        names = self._catalogue.names_in(session)
        if table.name in names:
            return False
        self._check_name(table.name, names)
        self._check_references(table, table.foreign_keys, names, session)
        self._apply_create(table, create_table(table, self._dialect), session)
        return True

    def _drop(self, name: str, session: S) -> bool:
        """Drop a table."""
        names = self._catalogue.names_in(session)
        if name not in names:
            return False
        self._check_unreferenced(name, names, session)
        statements = (drop_table(name, self._dialect),)
        step = Step(StepKind.DROP_TABLE, name, "drops it", statements, None)
        self._apply(session, step)
        return True

    def _alter(self, name: str, changes: Mapping[str, Any], session: S) -> bool:
        """Change a table."""
        table = self._catalogue.describe_in(session, name).table
        alteration = alter_table(table, changes, self._dialect)
        names = [other for other in self._catalogue.names_in(session) if other != name]
        if alteration.renamed_to is not None:
            self._check_name(alteration.renamed_to, names)
        renamed = alteration.renamed_columns
        known = {renamed.get(column, column) for column in table.column_names}
        added = [
            key for key in alteration.table.foreign_keys if not known >= {*key.columns}
        ]
        self._check_references(alteration.table, added, names, session)
        self._apply_alter(name, alteration, session)
        return bool(alteration.statements)

    def _check_name(self, name: str, names: List[str]) -> None:
        """Refuse a table's new name that another has, or has but for the case, which
        some databases take for the same."""
        for other in names:
            if other == name:
                raise SchemaDefinitionError(
                    f"there is a table {name!r} already", table=name
                )
            if other.lower() == name.lower():
                raise SchemaDefinitionError(
                    f"table {name!r} cannot stand beside {other!r}: their names differ"
                    " by case only",
                    table=name,
                )

    def _check_references(
        self,
        table: Table,
        keys: Sequence[ForeignKey],
        names: List[str],
        session: S,
    ) -> None:
        """Refuse foreign keys of a table that refer to what is not there or no key."""
        for key in keys:
            target = table
            if key.table != table.name:
                if key.table not in names:
                    raise UnknownTableError(
                        f"a foreign key of table {table.name!r} refers to the unknown"
                        f" table {key.table!r}{near_hint(key.table, names)}",
                        table=key.table,
                    )
                target = self._catalogue.describe_in(session, key.table).table
            check_reference(table, key, target)

    def _check_unreferenced(self, name: str, names: List[str], session: S) -> None:
        """Refuse to drop a table that a foreign key of another refers to."""
        kept = {table.name: table for table in self._catalogue.stored_tables(session)}
        for other in names:
            if other == name:
                continue
            table = kept.get(other) or self._catalogue.describe_in(session, other).table
            if any(key.table == name for key in table.foreign_keys):
                raise ForeignKeyViolationError(
                    f"table {name!r} is referred to by a foreign key of table"
                    f" {other!r}; drop that first",
                    table=name,
                )

    # --- steps --------------------------------------------------------------------

    def _apply(
        self, session: S, step: Step, progress: Optional[ProgressListener] = None
    ) -> None:
        """Run one step, and keep the definition that it leads to."""
        self._apply_step(step, session, progress)
        self._keep(session, step)

    def _apply_step(
        self, step: Step, session: S, progress: Optional[ProgressListener]
    ) -> None:
        """Run the statements of a step."""
        for sql in step.statements:
            session.query(sql)

    def _keep(self, session: S, step: Step) -> None:
        """Keep the definition of a step's table."""
        if step.result is None or step.result.name != step.table:
            self._catalogue.remove(session, step.table)
        if step.result is not None:
            self._catalogue.store(session, step.result)

    def _apply_create(self, table: Table, statements: List[str], session: S) -> None:
        """Run the statements of a new table, and keep its definition."""
        step = Step(
            StepKind.CREATE_TABLE, table.name, "creates it", tuple(statements), table
        )
        self._apply(session, step)

    def _apply_alter(self, name: str, alteration: Alteration, session: S) -> None:
        """Run the statements of a change, and keep the changed definitions."""
        step = Step(
            StepKind.ALTER_TABLE,
            name,
            "changes it",
            tuple(alteration.statements),
            alteration.table,
        )
        if any(table.name == name for table in self._catalogue.stored_tables(session)):
            self._apply(session, step)
        else:
            self._apply_step(step, session, None)
        self._follow_renames(name, alteration, session)

    def _follow_renames(self, name: str, alteration: Alteration, session: S) -> None:
        """Keep the definitions of the tables that refer to what was renamed."""
        if not (alteration.renamed_to or alteration.renamed_columns):
            return
        changed = alteration.renamed_to or name
        for stored in self._catalogue.stored_tables(session):
            if stored.name != changed:
                self._catalogue.store(
                    session,
                    stored.with_renames(
                        name, alteration.renamed_to, alteration.renamed_columns
                    ),
                )


def _say_what_stays(error: DriverError, done: int, total: int) -> None:
    """Add to an error that the steps before it cannot be undone."""
    error.message += (
        f" ({done} of {total} steps were done before and stay, since the database"
        " cannot undo them; remove the obstacle and call sync_schema again)"
    )
    error.args = (error.message,)
