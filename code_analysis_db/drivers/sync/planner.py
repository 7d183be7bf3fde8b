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
from .retention import Retention
from .step import Step, StepKind
from .step_maker import StepMaker
from .table_order import in_order

_LOSES = "allow_destructive=True would drop it, with what is in it"


@attrs.define
class _Change:
    """What becomes of a table that is there.

    Attributes:
        existing: as it is.
        difference: between that and what it is to be, in the database's own words.
        result: what it is to be, in the words of the definition.
    """

    existing: ExistingTable
    difference: TableDifference
    result: Table


class Planner(Generic[S]):
    """Plans syncs of one database."""

    def __init__(self, dialect: Dialect, catalogue: Catalogue[S]) -> None:
        """Plan in the words of ``dialect``."""
        self._dialect = dialect
        self._catalogue = catalogue

    def plan(
        self,
        existing: Mapping[str, ExistingTable],
        schema: Schema,
        session: S,
        allow_destructive: bool,
    ) -> Plan:
        """Return the steps that make ``existing`` what ``schema`` says.

        Where nothing differs no row is looked at.

        Args:
            session: reads what the plan depends on.
            allow_destructive: drop what else is left.
        """
        renames = table_renames(existing, schema.tables)
        former = {new: old for old, new in renames.items()}
        there = _followed(existing, schema, former)
        left: List[Left] = []
        unknown = _unknown(existing, schema, renames)
        if not allow_destructive:
            reason = f"the definition has no such table; {_LOSES}"
            left += [Left(table.name, "", reason) for table in unknown]
            unknown = []
        created: List[Table] = []
        changes: Dict[str, _Change] = {}
        compare = partial(
            self._compare,
            keys_before=_keys_of(existing, schema, renames),
            keys_after={t.name: t.primary_key for t in schema.tables},
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
                retention = Retention(difference, self._dialect)
                kept_back = retention.left()
                if kept_back:
                    left += kept_back
                    result = retention.kept(table)
                    difference = compare(old.table, retention.kept(wanted))
            changes[table.name] = _Change(old, difference, result.plain())
        faults = self._limits(created, changes)
        steps: List[Step] = []
        if not faults:
            try:
                steps = self._steps(unknown, created, changes, session)
            except SchemaSyncError as error:
                faults.append(str(error))
        faults += self._rows_in_the_way(changes, session)
        return Plan(tuple(steps), tuple(left), tuple(faults))

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
            has_one_kind_of_unique=self._dialect.has_one_kind_of_unique,
        )

    def _limits(
        self, created: List[Table], changes: Mapping[str, _Change]
    ) -> List[str]:
        """Return what keeps the tables from becoming what they are to be, whatever is
        in them."""
        found = [
            fault
            for table in created
            for key in table.foreign_keys
            for fault in reference_limits(table.name, key, self._dialect)
        ]
        for change in changes.values():
            found += limits(change.difference, self._dialect)
        return list(dict.fromkeys(found))

    def _rows_in_the_way(self, changes: Mapping[str, _Change], session: S) -> List[str]:
        """Return which rows keep the tables from becoming what they are to be."""
        differences = {name: change.difference for name, change in changes.items()}
        preflight = Preflight(session, self._dialect, differences)
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
        keys = {table.name: table.primary_key for table in created}
        keys.update((name, c.result.primary_key) for name, c in changes.items())
        spell = partial(_spelt_out, keys)
        with closing(self._maker(spell, session)) as maker:
            first, middle, last = maker.drops(dropped)
            for change in changes.values():
                if change.difference.is_empty:
                    if not change.existing.is_as_stored:
                        last.append(_adopted(change))
                    continue
                made = maker.changes(change.difference, change.result)
                first += made[0]
                middle += made[1]
                last += made[2]
            new, references = maker.creations(created, self._unchanged(changes))
            return [*first, *middle, *new, *references, *last]

    def _maker(self, spell: Spell, session: S) -> StepMaker:
        """Return what makes the steps of one plan."""
        return StepMaker(self._dialect, spell)

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
                table = found.table.with_renames(name, renamed_to, columns)
                followed[other] = attrs.evolve(found, table=table)
    return followed


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


def _spelt_out(keys: Mapping[str, Tuple[str, ...]], key: ForeignKey) -> ForeignKey:
    """Return a foreign key that names the columns it refers to."""
    return attrs.evolve(key, references=key.references or keys.get(key.table, ()))
