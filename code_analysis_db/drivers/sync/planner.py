"""Which steps make a database what a schema says."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Any, Dict, Generic, List, Mapping, Optional, Tuple

import attrs

from ...dialects.alter import alter_table
from ...dialects.base import Dialect
from ...dialects.ddl import create_table, drop_table
from ...exceptions import DriverError
from ...schema import Table
from ...schema.comparison import compare_tables
from ...schema.conversion import Conversion, conversion
from ...schema.difference import TableDifference
from ...schema.rename import column_renames, table_renames
from ...schema.schema import Schema
from ..catalogue import Catalogue
from ..existing_table import ExistingTable
from ..scope import S
from .plan import Left, Plan
from .step import Cost, Step, StepKind

_LOSES = "allow_destructive=True would drop it, with what is in it"


@attrs.define
class _Draft:
    """A plan that is being made."""

    steps: List[Step] = attrs.field(factory=list)
    left: List[Left] = attrs.field(factory=list)
    obstacles: List[str] = attrs.field(factory=list)


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

        Args:
            session: reads what the plan depends on.
            allow_destructive: drop and narrow, which else is left.
        """
        draft = _Draft()
        renames = table_renames(existing, schema.tables)
        former = {new: old for old, new in renames.items()}
        self._drop(existing, schema, renames, draft, allow_destructive)
        for table in _in_order(schema.tables):
            old = existing.get(former.get(table.name, table.name))
            if old is None:
                statements = tuple(create_table(table, self._dialect))
                draft.steps.append(
                    Step(
                        StepKind.CREATE_TABLE,
                        table.name,
                        "creates the table",
                        statements,
                        table.plain(),
                    )
                )
            else:
                self._change(old, table, session, draft, allow_destructive)
        return Plan(tuple(draft.steps), tuple(draft.left), tuple(draft.obstacles))

    def _drop(
        self,
        existing: Mapping[str, ExistingTable],
        schema: Schema,
        renames: Mapping[str, str],
        draft: _Draft,
        allow_destructive: bool,
    ) -> None:
        """Plan for the tables that the schema has not."""
        unknown = [
            found.table
            for name, found in existing.items()
            if name not in schema.by_name and name not in renames
        ]
        for table in reversed(_in_order(unknown)):
            if not allow_destructive:
                draft.left.append(
                    Left(table.name, "", f"the definition has no such table; {_LOSES}")
                )
                continue
            draft.steps.append(
                Step(
                    StepKind.DROP_TABLE,
                    table.name,
                    "drops the table",
                    (drop_table(table.name, self._dialect),),
                    None,
                    (Cost.LOSES_DATA,),
                )
            )

    def _change(
        self,
        old: ExistingTable,
        wanted: Table,
        session: S,
        draft: _Draft,
        allow_destructive: bool,
    ) -> None:
        """Plan for a table that is there."""
        target = wanted
        if not old.is_as_stored:
            target = self._catalogue.normalised(session, wanted)
        renames = column_renames(old.table, target)
        difference = compare_tables(old.table, target, renames)
        if not allow_destructive:
            target = _without_losses(difference, draft)
            difference = compare_tables(old.table, target, renames)
        if difference.is_empty:
            if not old.is_as_stored:
                draft.steps.append(
                    Step(
                        StepKind.ADOPT_TABLE,
                        old.table.name,
                        "is right as it is",
                        (),
                        target.plain(),
                    )
                )
            return
        try:
            changes = _changes(difference)
            alteration = alter_table(old.table, changes, self._dialect)
        except DriverError as error:
            draft.obstacles.append(str(error))
            return
        draft.steps.append(
            Step(
                StepKind.ALTER_TABLE,
                old.table.name,
                ", ".join(key.replace("_", " ") for key in changes),
                tuple(alteration.statements),
                target.plain(),
            )
        )


def _without_losses(difference: TableDifference, draft: _Draft) -> Table:
    """Return what a table becomes where nothing may be lost, and note what is left."""
    table, before = difference.after, difference.before
    for column in difference.dropped_columns:
        draft.left.append(
            Left(before.name, column.name, f"the definition has it not; {_LOSES}")
        )
    kept = {}
    for change in difference.changed_columns:
        if conversion(change.before, change.after) is Conversion.NARROWING:
            draft.left.append(
                Left(
                    before.name,
                    change.before.name,
                    "its type would be narrowed, which needs allow_destructive=True",
                )
            )
            kept[change.after.name] = attrs.evolve(
                change.before, name=change.after.name
            )
    columns = tuple(kept.get(c.name, c) for c in table.columns)
    return attrs.evolve(table, columns=columns + tuple(difference.dropped_columns))


def _changes(difference: TableDifference) -> Dict[str, Any]:
    """Return a difference as ``alter_table`` takes it."""
    before, after = difference.before, difference.after.plain()
    definition = after.to_definition()
    columns = {column["name"]: column for column in definition["columns"]}
    bare = attrs.evolve(after, primary_key=(), indexes=(), columns=after.columns)
    added = attrs.evolve(
        bare,
        uniques=difference.added_uniques,
        foreign_keys=difference.added_foreign_keys,
        checks=difference.added_checks,
    ).to_definition()["constraints"]
    indexes = attrs.evolve(after, indexes=difference.added_indexes).to_definition()
    dropped: List[Optional[str]] = [
        *(key.name for key in difference.dropped_foreign_keys),
        *(key.name for key in difference.dropped_uniques),
        *(check.name for check in difference.dropped_checks),
    ]
    changes: Dict[str, Any] = {
        "drop_indexes": [index.name for index in difference.dropped_indexes],
        "drop_constraints": dropped,
        "drop_columns": [column.name for column in difference.dropped_columns],
        "rename_columns": dict(difference.renamed_columns),
        "alter_columns": [
            columns[change.after.name] for change in difference.changed_columns
        ],
        "add_columns": [columns[column.name] for column in difference.added_columns],
        "add_constraints": added,
        "add_indexes": indexes["indexes"],
        "rename_to": after.name if after.name != before.name else None,
    }
    return {key: value for key, value in changes.items() if value}


def _in_order(tables: Any) -> List[Table]:
    """Return the tables, those that others refer to before these, as far as that
    goes."""
    by_name: Dict[str, Table] = {table.name: table for table in tables}
    graph = {
        table.name: {key.table for key in table.foreign_keys} - {table.name}
        for table in tables
    }
    try:
        names: Tuple[str, ...] = tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        names = tuple(by_name)
    return [by_name[name] for name in names if name in by_name]
