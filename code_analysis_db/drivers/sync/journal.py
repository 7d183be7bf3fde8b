"""What is under way on a database that cannot undo definitions.

Before the first statement of a step the journal says which table it is about and what
that will be.  A step that was cut off leaves it there.  Whoever changes tables next
looks at what the database has become, and sets the catalogue right: what the step has
done is not done twice, and the logical types of its columns are not guessed.
"""

from __future__ import annotations

import json
from typing import Generic, Mapping, Optional, Tuple

import attrs

from ...dialects.base import Dialect
from ...dialects.ddl import drop_table
from ...enums import LogicalType
from ...schema import INTERNAL_PREFIX, Column, Table, compare_tables
from ..catalogue import Catalogue
from ..scope import S
from .own_table import OwnTable
from .step import Step, StepKind

JOURNAL = f"{INTERNAL_PREFIX}journal"

_TABLE = Table(
    name=JOURNAL,
    columns=(
        Column("id", LogicalType.INTEGER, nullable=False, autoincrement=True),
        Column("kind", LogicalType.TEXT, nullable=False),
        Column("table_name", LogicalType.TEXT, nullable=False),
        Column("result", LogicalType.TEXT),
    ),
    primary_key=("id",),
)


class Journal(Generic[S]):
    """The journal of a database; used by whoever has the lock on changes of tables."""

    def __init__(self, catalogue: Catalogue[S], dialect: Dialect) -> None:
        """Keep it in a table of the driver's own."""
        self._catalogue = catalogue
        self._dialect = dialect
        self._table: OwnTable[S] = OwnTable(_TABLE, catalogue, dialect)

    def begin(self, session: S, step: Step) -> None:
        """Note a step before its first statement."""
        result = None
        if step.result is not None:
            result = json.dumps(step.result.to_definition())
        self._table.add(session, (step.kind.value, step.table, result))

    def end(self, session: S) -> None:
        """Note that the step is done, and the catalogue right."""
        self._table.clear(session)

    def settle(self, session: S, *, has_failed: bool = False) -> None:
        """Set the catalogue right after a step that was cut off, if one was.

        Args:
            has_failed: whether it was just now, by an error of its own: a table that
                it was to create, and nobody has seen yet, is dropped then.
        """
        left = self._table.rows(session)
        for kind, name, definition in left:
            if has_failed and kind == StepKind.CREATE_TABLE.value:
                if self._catalogue.has_table(session, name):
                    session.query(drop_table(name, self._dialect))
            result = None
            if definition is not None:
                result = Table.from_definition(json.loads(definition))
            self._look_at(session, name, result)
        if left:
            self.end(session)

    def _look_at(self, session: S, name: str, result: Optional[Table]) -> None:
        """Set the catalogue right for one table.

        Args:
            name: before the step.
            result: as it was to be.
        """
        kept = {table.name: table for table in self._catalogue.stored_tables(session)}
        stored = kept.get(name)
        names = set(self._catalogue.names_in(session))
        if name in names:
            if stored is not None:
                existing = self._catalogue.describe_in(session, name)
                if existing.is_as_stored:
                    return
            hint = _hint(name, result, stored)
        else:
            self._catalogue.remove(session, name)
            if result is None or result.name not in names:
                return
            hint = _hint(result.name, result, stored)
        found = self._catalogue.described_as(session, hint)
        if found is None:
            return
        keys = {other: table.primary_key for other, table in kept.items()}
        meant = (
            table
            for table in (result, stored)
            if table is not None and self._is(session, found.table, table, keys)
        )
        self._catalogue.store(session, next(meant, found.table))

    def _is(
        self,
        session: S,
        found: Table,
        meant: Table,
        keys: Mapping[str, Tuple[str, ...]],
    ) -> bool:
        """Tell whether a table is one that was stated, in other words.

        Args:
            keys: the primary keys of the tables that it may refer to.
        """
        if found.name != meant.name:
            return False
        wanted = self._catalogue.normalised(session, meant)
        return compare_tables(
            found,
            wanted,
            keys_before=keys,
            keys_after=keys,
            has_one_kind_of_unique=self._dialect.has_one_kind_of_unique,
        ).is_empty


def _hint(name: str, result: Optional[Table], stored: Optional[Table]) -> Table:
    """Return a table of that name that tells the logical types of the columns which it
    may have: those that it was to have, and those that it had."""
    known: Tuple[Table, ...] = tuple(filter(None, (result, stored)))
    columns = {
        column.name: column for table in reversed(known) for column in table.columns
    }
    return attrs.evolve(known[0], name=name, columns=tuple(columns.values()))
