"""Which steps make a database what a schema says.

Foreign keys are dropped first of all and added last of all: whatever they refer to may
change in between.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Dict, Generic, List, Mapping, Tuple

import attrs

from ...dialects.base import Dialect
from ...dialects.change_statements import Spell
from ...exceptions import SchemaSyncError
from ...schema import (
    ForeignKey,
    Schema,
    Table,
    TableDifference,
    column_renames,
    compare_tables,
    table_renames,
)
from ..catalogue import Catalogue
from ..existing_table import ExistingTable
from ..scope import S
from .limits import limits, reference_limits
from .plan import Left, Plan
from .preflight import Preflight
from .references import broken_references, with_references_remade
from .retention import Retention
from .step import Step, StepKind
from .step_maker import StepMaker
from .table_order import in_order

_LOSES = "allow_destructive=True would drop it, with what is in it"


@attrs.define
class _Change:
    """What becomes of a table that is there.

    Attributes:
        difference: between what it is and what it is to be, in the database's own
            words.
        result: what it is to be, in the words of the definition.
        is_adopted: whether the catalogue is to learn of it, though nothing differs.
    """

    difference: TableDifference
    result: Table
    is_adopted: bool


class Planner(Generic[S]):
    """Plans the changes of one database's tables.

    Attributes:
        dialect: of the database.
    """

    def __init__(self, dialect: Dialect, catalogue: Catalogue[S]) -> None:
        """Plan in the words of ``dialect``."""
        self.dialect = dialect
        self._catalogue = catalogue

    def plan(
        self,
        existing: Mapping[str, ExistingTable],
        schema: Schema,
        session: S,
        *,
        allow_destructive: bool,
        keep_others: bool = False,
        counts_rows: bool = True,
    ) -> Plan:
        """Return the steps that make ``existing`` what ``schema`` says.

        Where nothing differs no row is looked at.

        Args:
            existing: every table that there is, by its name.
            schema: what is wanted.
            session: reads what the plan depends on.
            allow_destructive: drop what else is left.
            keep_others: leave the tables that the schema has not, without a word.
            counts_rows: look which rows are in the way.
        """
        renames = table_renames(existing, schema.tables)
        former = {new: old for old, new in renames.items()}
        there = _followed(existing, schema, former)
        left: List[Left] = []
        unknown = _unknown(existing, schema, renames)
        others: List[Table] = []
        if keep_others or not allow_destructive:
            others, unknown = unknown, []
        if not keep_others:
            reason = f"the definition has no such table; {_LOSES}"
            left += [Left(table.name, "", reason) for table in others]
        created: List[Table] = []
        changes = {
            table.name: _untouched(existing[table.name], there[table.name])
            for table in others
        }
        compare = partial(
            self._compare,
            keys_before=_keys_of(existing, schema, renames),
            keys_after={t.name: t.primary_key for t in (*others, *schema.tables)},
        )
        for table in in_order(schema.tables):
            old = there.get(former.get(table.name, table.name))
            if old is None:
                created.append(table)
                continue
            wanted = table
            if not old.is_as_stored:
                wanted = self._catalogue.normalised(session, table)
            difference, result = compare(old.table, wanted), table
            if not allow_destructive:
                retention = Retention(difference, self.dialect)
                kept_back = retention.left()
                if kept_back:
                    left += kept_back
                    result = retention.kept(table)
                    difference = compare(old.table, retention.kept(wanted))
            changes[table.name] = _Change(
                difference, result.plain(), not old.is_as_stored
            )
        rows: List[str] = []
        if counts_rows:
            rows = self._rows_in_the_way(_differences(changes), session)
        faults = self._limits(created, changes)
        steps: List[Step] = []
        if not faults:
            self._remake_references(changes)
            try:
                steps = self._steps(unknown, created, changes, session)
            except SchemaSyncError as error:
                faults.append(str(error))
        return Plan(tuple(steps), tuple(left), tuple(faults), tuple(rows))

    def _compare(
        self,
        before: Table,
        after: Table,
        *,
        keys_before: Mapping[str, Tuple[str, ...]],
        keys_after: Mapping[str, Tuple[str, ...]],
    ) -> TableDifference:
        """Compare a table as it is with what it is to be."""
        return compare_tables(
            before,
            after,
            column_renames(before, after),
            keys_before=keys_before,
            keys_after=keys_after,
            has_one_kind_of_unique=self.dialect.has_one_kind_of_unique,
        )

    def _limits(
        self, created: List[Table], changes: Mapping[str, _Change]
    ) -> List[str]:
        """Return what keeps the tables from becoming what they are to be, whatever is
        in them."""
        found = [
            fault
            for table in created
            for fault in reference_limits(table, self.dialect)
        ]
        for change in changes.values():
            found += limits(change.difference, self.dialect)
        found += broken_references(_differences(changes))
        return list(dict.fromkeys(found))

    def _remake_references(self, changes: Dict[str, _Change]) -> None:
        """Have the foreign keys go meanwhile that the changes do not suffer."""
        remade = with_references_remade(_differences(changes), self.dialect)
        for name, difference in remade.items():
            if difference is not changes[name].difference:
                changes[name] = attrs.evolve(changes[name], difference=difference)

    def _rows_in_the_way(
        self, differences: Mapping[str, TableDifference], session: S
    ) -> List[str]:
        """Return which rows keep the tables from becoming what they are to be."""
        preflight = Preflight(session, self.dialect, differences)
        return [
            obstacle
            for difference in differences.values()
            if not difference.is_empty
            for obstacle in preflight.obstacles(difference)
        ]

    def _steps(
        self,
        dropped: List[Table],
        created: List[Table],
        changes: Mapping[str, _Change],
        session: S,
    ) -> List[Step]:
        """Return the steps, in their order."""
        targets = {table.name: table for table in created}
        targets.update((name, change.result) for name, change in changes.items())
        spell = partial(self._spelt, targets)
        with closing(self._maker(spell, session)) as maker:
            first, middle, last = maker.drops(dropped)
            for change in changes.values():
                if change.difference.is_empty:
                    if change.is_adopted:
                        last.append(_adopted(change))
                    continue
                made = maker.changes(change.difference, change.result)
                first += made[0]
                middle += made[1]
                last += made[2]
            new, references = maker.creations(created, self._unchanged(changes))
            return [*first, *middle, *new, *references, *last]

    def _spelt(self, targets: Mapping[str, Table], key: ForeignKey) -> ForeignKey:
        """Return a foreign key as a statement is to write it."""
        target = targets.get(key.table)
        return key if target is None else self.dialect.spelt(key, target)

    def _maker(self, spell: Spell, session: S) -> StepMaker:
        """Return what makes the steps of one plan."""
        return StepMaker(self.dialect, spell)

    @staticmethod
    def _unchanged(changes: Mapping[str, _Change]) -> List[str]:
        """Return the tables that new ones can refer to at once."""
        return [name for name, change in changes.items() if change.difference.is_empty]


def _followed(
    existing: Mapping[str, ExistingTable], schema: Schema, former: Mapping[str, str]
) -> Dict[str, ExistingTable]:
    """Return the tables with the names that what they refer to is to have: databases
    follow the renames of other tables by themselves."""
    followed = dict(existing)
    for wanted in schema.tables:
        name = former.get(wanted.name, wanted.name)
        old = existing.get(name)
        if old is None:
            continue
        columns = column_renames(old.table, wanted)
        renamed_to = wanted.name if wanted.name != name else None
        if not columns and renamed_to is None:
            continue
        for other, found in followed.items():
            if other != name:
                followed[other] = attrs.evolve(
                    found,
                    table=found.table.with_renames(name, renamed_to, columns),
                    stated=found.stated.with_renames(name, renamed_to, columns),
                )
    return followed


def _differences(changes: Mapping[str, _Change]) -> Dict[str, TableDifference]:
    """Return the differences of tables by their names after the change."""
    return {name: change.difference for name, change in changes.items()}


def _untouched(before: ExistingTable, followed: ExistingTable) -> _Change:
    """Return what becomes of a table that the schema has not: nothing, but that what
    it refers to may have other names."""
    return _Change(
        TableDifference(followed.table, followed.table),
        followed.stated,
        before.is_as_stored and before.stated != followed.stated,
    )


def _unknown(
    existing: Mapping[str, ExistingTable], schema: Schema, renames: Mapping[str, str]
) -> List[Table]:
    """Return the tables that the schema has not, those that refer to others first."""
    tables = [
        found.table
        for name, found in existing.items()
        if name not in schema.by_name and name not in renames
    ]
    return in_order(tables)[::-1]


def _keys_of(
    existing: Mapping[str, ExistingTable], wanted: Schema, renames: Mapping[str, str]
) -> Dict[str, Tuple[str, ...]]:
    """Return the primary keys that there are, under all names as they are to be."""
    keys: Dict[str, Tuple[str, ...]] = {}
    for old, found in existing.items():
        name = renames.get(old, old)
        after = wanted.by_name.get(name)
        columns = column_renames(found.table, after) if after is not None else {}
        keys[name] = tuple(columns.get(c, c) for c in found.table.primary_key)
    return keys


def _adopted(change: _Change) -> Step:
    """Return the step that keeps the definition of a table that is right."""
    name = change.difference.before.name
    return Step(StepKind.ADOPT_TABLE, name, "is right as it is", (), change.result)
