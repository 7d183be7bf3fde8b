"""The steps that change, create and drop tables.

A step's result is the table just after it: where a sync is cut off that is what the
catalogue has.
"""

from __future__ import annotations

from typing import Iterable, List, Sequence, Set, Tuple

import attrs

from ...dialects.base import Dialect
from ...dialects.change_statements import Spell, added_reference, change_statements
from ...dialects.ddl import create_table, drop_rest, drop_table
from ...schema import ForeignKey, Table, TableDifference
from .costs import costs, reference_costs
from .step import Cost, Step, StepKind
from .wording import described

Phases = Tuple[List[Step], List[Step], List[Step]]
"""What comes first of all, what is in the middle, and what comes last."""


class StepMaker:
    """Makes the steps of one plan."""

    def __init__(self, dialect: Dialect, spell: Spell) -> None:
        """Write in the words of a dialect.

        Args:
            dialect: of the database.
            spell: names the columns that a foreign key refers to.
        """
        self._dialect = dialect
        self._spell = spell

    def close(self) -> None:
        """Give up what the making of steps has needed."""

    def drops(self, tables: Sequence[Table]) -> Phases:
        """Return the steps that drop tables, which refer to each other in this order
        as far as that goes."""
        first: List[Step] = []
        middle: List[Step] = []
        gone: Set[str] = set()
        for table in tables:
            gone.add(table.name)
            middle.append(
                Step(
                    StepKind.DROP_TABLE,
                    table.name,
                    "drops the table",
                    (
                        drop_table(table.name, self._dialect),
                        *drop_rest(table, self._dialect),
                    ),
                    None,
                    (Cost.BLOCKS_WRITES, Cost.LOSES_DATA),
                )
            )
        later: Set[str] = set(gone)
        for table in reversed(tables):
            later.discard(table.name)
            if self._dialect.alters_in_place:
                first += self._freed(table, later)
        return first, middle, []

    def changes(self, difference: TableDifference, result: Table) -> Phases:
        """Return the steps of a table's change.

        Args:
            difference: that is not empty.
            result: the table at last, as the catalogue keeps it.
        """
        before, after = difference.before, difference.after
        made = change_statements(difference, self._dialect, self._spell)
        first: List[Step] = []
        middle: List[Step] = []
        last: List[Step] = []
        if made.drop_references:
            is_all = not made.change and not made.add_references
            kept = _without(before, difference.dropped_foreign_keys)
            first.append(
                Step(
                    StepKind.ALTER_TABLE,
                    before.name,
                    _about_keys("drops", difference.dropped_foreign_keys),
                    made.drop_references,
                    result if is_all else kept.plain(),
                    reference_costs(False, self._dialect),
                )
            )
        if made.change:
            middle.append(
                Step(
                    StepKind.ALTER_TABLE,
                    before.name,
                    described(difference),
                    made.change,
                    (
                        _without(result, difference.added_foreign_keys)
                        if made.add_references
                        else result
                    ),
                    costs(difference, self._dialect),
                )
            )
        if made.add_references:
            last.append(
                self._referring(
                    after.name,
                    difference.added_foreign_keys,
                    made.add_references,
                    result,
                )
            )
        return first, middle, last

    def creations(
        self, tables: Sequence[Table], settled: Iterable[str]
    ) -> Tuple[List[Step], List[Step]]:
        """Return the steps that create tables, and those that add the foreign keys
        which cannot be there from the start.

        Args:
            tables: in the order in which they are to come.
            settled: the tables that are there and stay as they are.
        """
        known = set(settled)
        created: List[Step] = []
        referring: List[Step] = []
        for table in tables:
            known.add(table.name)
            late: Tuple[ForeignKey, ...] = ()
            if self._dialect.alters_in_place:
                late = tuple(k for k in table.foreign_keys if k.table not in known)
            first = _without(table, late)
            spelt = attrs.evolve(
                table, foreign_keys=tuple(map(self._spell, table.foreign_keys))
            )
            added = tuple(map(self._spell, late))
            created.append(
                Step(
                    StepKind.CREATE_TABLE,
                    table.name,
                    "creates the table",
                    tuple(create_table(spelt, self._dialect, added)),
                    first.plain(),
                )
            )
            if late:
                sql = [added_reference(table, key, self._dialect) for key in added]
                referring.append(
                    self._referring(table.name, late, tuple(sql), table.plain())
                )
        return created, referring

    def _freed(self, table: Table, later: Set[str]) -> List[Step]:
        """Return the step that drops a table's foreign keys to tables which are
        dropped before it."""
        keys = tuple(
            key
            for key in table.foreign_keys
            if key.table in later and key.name is not None
        )
        if not keys:
            return []
        alter = f"ALTER TABLE {self._dialect.quote(table.name)}"
        return [
            Step(
                StepKind.ALTER_TABLE,
                table.name,
                _about_keys("drops", keys),
                tuple(
                    f"{alter} {self._dialect.dropped_constraint(table, key.name)}"
                    for key in keys
                    if key.name is not None
                ),
                _without(table, keys).plain(),
                reference_costs(False, self._dialect),
            )
        ]

    def _referring(
        self,
        name: str,
        keys: Sequence[ForeignKey],
        statements: Tuple[str, ...],
        result: Table,
    ) -> Step:
        """Return the step that adds foreign keys."""
        return Step(
            StepKind.ALTER_TABLE,
            name,
            _about_keys("adds", keys),
            statements,
            result,
            reference_costs(True, self._dialect),
        )


def _without(table: Table, keys: Sequence[ForeignKey]) -> Table:
    """Return a table without some of its foreign keys."""
    kept = tuple(key for key in table.foreign_keys if key not in keys)
    return attrs.evolve(table, foreign_keys=kept)


def _about_keys(verb: str, keys: Sequence[ForeignKey]) -> str:
    """Return what is done with foreign keys, in words."""
    return ", ".join(
        f"{verb} the foreign key on {list(key.columns)} to {key.table!r}"
        for key in keys
    )
