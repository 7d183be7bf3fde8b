"""The changes of a database's tables.

Each is one transaction where the database can undo definitions: the statements, and
what the catalogue keeps.  A change of one table and a sync of all of them go the same
way: the tables that are wanted are compared with those that there are, and become so
by steps, each of which takes one table from one state to the next.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, List, Mapping, Optional, Sequence

from ..dialects.alter import altered_table
from ..dialects.ddl import drop_rest, drop_table
from ..exceptions import (
    CheckViolationError,
    DriverError,
    DriverQueryError,
    ForeignKeyViolationError,
    SchemaDefinitionError,
    SchemaSyncError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)
from ..progress import Progress, ProgressListener
from ..schema import (
    INTERNAL_PREFIX,
    Schema,
    Table,
    check_reference,
    column_renames,
    near_hint,
)
from ..schema.rename import renamed_table
from .catalogue import Catalogue
from .database import Database
from .fulltext_upkeep import FulltextUpkeep
from .existing_table import ExistingTable
from .scope import R, S, Work
from .sync.plan import Plan
from .sync.planner import Planner
from .sync.step import Step, StepKind
from .sync.wording import late_misfit, refused

_CHANGING = frozenset({StepKind.ALTER_TABLE, StepKind.DROP_TABLE})
_REFUSALS = (DriverQueryError, UnsupportedError, UnknownColumnError)
"""What a database says where something stands on a table; exactly these classes."""


class TableChanges(Generic[S]):
    """Makes, changes and drops tables.

    Attributes:
        planner: says which steps a change takes.
    """

    def __init__(
        self, database: Database[S], catalogue: Catalogue[S], planner: Planner[S]
    ) -> None:
        """Work on the database and keep the catalogue right."""
        self._database = database
        self._catalogue = catalogue
        self.planner = planner
        self._dialect = planner.dialect
        self._upkeep: FulltextUpkeep[S] = FulltextUpkeep(planner.dialect)

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
        """Change a table as told, dropping included; False where it is so already.

        Raises:
            UnknownTableError: there is no such table.
            SchemaDefinitionError: the changes have faults.
            UnsupportedError: it cannot be done, whatever is in the tables.
            SchemaSyncError: rows are in the way; nothing was changed.
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
        there = {
            key.table: self._catalogue.describe_in(session, key.table)
            for key in table.foreign_keys
            if key.table in names
        }
        _check_references(table, table, there, names)
        self._become(table, there, session)
        return True

    def _drop(self, name: str, session: S) -> bool:
        """Drop a table."""
        names = self._catalogue.names_in(session)
        if name not in names:
            return False
        self._check_unreferenced(name, names, session)
        table = self._catalogue.describe_in(session, name).table
        statements = [drop_table(name, self._dialect), *drop_rest(table, self._dialect)]
        step = Step(StepKind.DROP_TABLE, name, "drops it", tuple(statements), None)
        self._apply(session, step)
        return True

    def _alter(self, name: str, changes: Mapping[str, Any], session: S) -> bool:
        """Change a table."""
        existing = self._catalogue.read_schema(session)
        found = existing.get(name) if isinstance(name, str) else None
        if found is None:
            self._catalogue.describe_in(session, name)
            raise UnsupportedError(
                f"{name!r} is no table of its own, and cannot be changed", table=name
            )
        wanted = altered_table(found.stated, changes, self._dialect, found.table)
        names = self._catalogue.names_in(session)
        if wanted.name != name:
            self._check_name(wanted.name, [other for other in names if other != name])
        before = renamed_table(
            found.stated, wanted.name, column_renames(found.stated, wanted)
        )
        _check_references(wanted, before, existing, names)
        return self._become(wanted, existing, session)

    def _become(
        self, wanted: Table, existing: Mapping[str, ExistingTable], session: S
    ) -> bool:
        """Make or change one table, dropping included; False where it is so already.

        Args:
            wanted: the table.
            existing: it, if it is there, with all that it may concern.
        """
        plan = self.planner.plan(
            existing,
            Schema((wanted,)),
            session,
            allow_destructive=True,
            keep_others=True,
        )
        _refuse_obstacles(plan, wanted.renamed_from or wanted.name)
        self.apply(session, plan.steps)
        return any(step.kind is not StepKind.ADOPT_TABLE for step in plan.steps)

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
        """Run the statements of a step.

        Raises:
            SchemaSyncError: a row came meanwhile of which a value does not fit, or
                something that stands on the table does not let it be changed.
        """
        try:
            for sql in step.statements:
                session.query(sql)
        except CheckViolationError as error:
            if INTERNAL_PREFIX in error.message:
                raise late_misfit(step) from error
            raise
        except (DriverQueryError, UnsupportedError) as error:
            if type(error) in _REFUSALS and step.kind in _CHANGING:
                undoes = self._dialect.has_transactional_ddl
                raise refused(step, error, undoes=undoes) from error
            raise
        if step.result is not None:
            self._upkeep.refresh(session, [step.result])

    def _keep(self, session: S, step: Step) -> None:
        """Keep the definition of a step's table."""
        if step.result is None or step.result.name != step.table:
            self._catalogue.remove(session, step.table)
        if step.result is not None:
            self._catalogue.store(session, step.result)


def _check_references(
    table: Table,
    before: Table,
    existing: Mapping[str, ExistingTable],
    names: Sequence[str],
) -> None:
    """Refuse new foreign keys of a table that refer to what is not there or no key.

    Args:
        table: as it is to be.
        before: as it is, by its names after; the table itself where it is new.
        existing: the tables that it may refer to.
        names: of all tables.
    """
    known = () if before is table else before.foreign_keys
    for key in table.foreign_keys:
        if key in known:
            continue
        target = table
        if key.table != table.name:
            if key.table not in names:
                raise UnknownTableError(
                    f"a foreign key of table {table.name!r} refers to the unknown"
                    f" table {key.table!r}{near_hint(key.table, names)}",
                    table=key.table,
                )
            target = existing[key.table].table
        check_reference(table, key, target)


def _refuse_obstacles(plan: Plan, name: str) -> None:
    """Refuse a change of a table that cannot be carried out.

    Raises:
        UnsupportedError: whatever is in the tables.
        SchemaSyncError: rows are in the way.
    """
    if plan.limits:
        raise UnsupportedError("; ".join(plan.obstacles), table=name)
    if plan.rows_in_the_way:
        raise SchemaSyncError("; ".join(plan.obstacles), table=name)


def _say_what_stays(error: DriverError, done: int, total: int) -> None:
    """Add to an error that the steps before it cannot be undone."""
    error.message += (
        f" ({done} of {total} steps were done before and stay, since the database"
        " cannot undo them; remove the obstacle and call it again)"
    )
    error.args = (error.message,)
