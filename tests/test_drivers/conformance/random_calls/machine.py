"""Runs random calls on every database and the model, and compares the outcomes."""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, List, Tuple, Type

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from code_analysis_db.exceptions import DriverError

from ...unified.interface import Database
from ...unified.place import drop_all_tables
from .call_strategy import (
    aggregates,
    batches,
    changes,
    inserts,
    operations,
    rows_of,
    selects,
    upserts,
)
from .model import Model
from .operation import Insert, Operation, Select, comparable
from .refused import Refused
from .table_strategy import TABLE_NAMES, columns, definitions

Databases = Dict[str, Database]
_MOST_DEPTH = 4


def _has_tables(machine: RandomCalls) -> bool:
    """Whether there is a table."""
    return bool(machine.model.tables)


def _is_open(machine: RandomCalls) -> bool:
    """Whether a transaction is open."""
    return machine.model.depth > 0


def _is_closed(machine: RandomCalls) -> bool:
    """Whether no transaction is open, so that tables may be changed."""
    return machine.model.depth == 0


class RandomCalls(RuleBasedStateMachine):
    """Makes calls at random.

    One transaction is open at a time, and calls belong to it while it is: a database
    that has a single writer would keep all others waiting.
    """

    def __init__(self, databases: Databases) -> None:
        """Run on these databases, which must be empty."""
        super().__init__()
        self.model = Model()
        self._databases = databases
        self._open: Dict[str, List[Tuple[Any, Any]]] = {n: [] for n in databases}

    # --- running and comparing ---------------------------------------------------

    def scope(self, name: str) -> Any:
        """Return what calls on a database belong to: its innermost transaction."""
        blocks = self._open[name]
        return blocks[-1][1] if blocks else self._databases[name]

    def agree(
        self,
        run: Callable[[Any], Any],
        expect: Callable[[], Any],
        show: Callable[[Any], Any] = repr,
    ) -> None:
        """Run a call everywhere; every outcome must be the one that is expected."""
        refused: FrozenSet[Type[DriverError]] = frozenset()
        expected: Any = None
        try:
            expected = show(expect())
        except Refused as error:
            refused = error.kinds
        for name in self._databases:
            try:
                found = show(run(self.scope(name)))
            except DriverError as error:
                kinds = sorted(kind.__name__ for kind in refused)
                assert type(error) in refused, f"{name}: {error!r}, expected {kinds}"
            else:
                assert not refused, f"{name}: {found}, expected one of {refused}"
                assert found == expected, f"{name}: {found}, expected {expected}"

    def perform(self, operation: Operation) -> None:
        """Make a call everywhere."""

        def show(result: Any) -> Any:
            """Return the result in a form that compares."""
            return comparable(operation, result)

        self.agree(operation.run, lambda: operation.expect(self.model), show)

    # --- tables ------------------------------------------------------------------

    @initialize(data=st.data())
    def first_tables(self, data: st.DataObject) -> None:
        """Start with some tables and some rows."""
        for _ in range(3):
            self.create(data)
        for _ in range(2):
            self.insert(data)
            self.insert_numbered(data)

    @precondition(_is_closed)
    @rule(data=st.data())
    def define(self, data: st.DataObject) -> None:
        """Create, drop or change a table."""
        change = st.sampled_from([self.create, self.create, self.add_column, self.drop])
        data.draw(change)(data)

    def create(self, data: st.DataObject) -> None:
        """Create a table, or find that there is one of the name."""
        definition = data.draw(definitions(self.model), label="create_table")
        self.agree(
            lambda database: database.create_table(definition),
            lambda: self.model.create(definition),
        )

    def drop(self, data: st.DataObject) -> None:
        """Drop a table, if others let it."""
        name = data.draw(st.sampled_from(TABLE_NAMES), label="drop_table")
        self.agree(
            lambda database: database.drop_table(name), lambda: self.model.drop(name)
        )

    def add_column(self, data: st.DataObject) -> None:
        """Add a column that is in no key, once for each table."""
        names = [n for n, t in self.model.tables.items() if "added" not in t.kinds]
        if not names:
            return
        name = data.draw(st.sampled_from(sorted(names)), label="table")
        column = data.draw(columns("added"), label="add_columns")
        column.pop("unique", None)
        column["nullable"] = column["nullable"] or "default" not in column
        self.agree(
            lambda database: database.alter_table(name, {"add_columns": [column]}),
            lambda: self.model.add_column(name, column),
        )

    # --- rows --------------------------------------------------------------------

    @precondition(_has_tables)
    @rule(data=st.data())
    def insert(self, data: st.DataObject) -> None:
        """Insert rows whose keys are given."""
        self.perform(data.draw(operations(self.model, [inserts]), label="insert"))

    @precondition(_has_tables)
    @rule(data=st.data())
    def upsert(self, data: st.DataObject) -> None:
        """Insert or update rows."""
        self.perform(data.draw(operations(self.model, [upserts]), label="upsert"))

    @precondition(_has_tables)
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """Update or delete rows."""
        self.perform(data.draw(operations(self.model, [changes]), label="change"))

    @precondition(_has_tables)
    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """Select or aggregate."""
        kinds = [selects, selects, aggregates]
        self.perform(data.draw(operations(self.model, kinds), label="read"))

    @precondition(_has_tables)
    @rule(data=st.data())
    def batch(self, data: st.DataObject) -> None:
        """Make several calls as one."""
        self.perform(data.draw(batches(self.model), label="batch"))

    @precondition(_has_tables)
    @rule(data=st.data())
    def insert_numbered(self, data: st.DataObject) -> None:
        """Insert rows whose numbers the databases choose.

        Each number is larger than any that was there; beyond that the databases are
        free, so that the rows are put in again under the same numbers everywhere.
        """
        tables = self.model.tables
        names = [n for n, t in tables.items() if t.schema.numbered_key is not None]
        if not names:
            return
        name = data.draw(st.sampled_from(sorted(names)), label="table")
        key, last = str(tables[name].schema.numbered_key), tables[name].highest
        drawn = st.lists(rows_of(tables[name], []), min_size=1, max_size=3)
        rows = [
            {column: value for column, value in row.items() if column != key}
            for row in data.draw(drawn, label="rows")
        ]
        numbered = [{**r, key: last + n} for n, r in enumerate(rows, start=1)]
        chosen: List[List[int]] = []

        def run(scope: Any) -> int:
            """Insert, and note the numbers."""
            ids = scope.insert_many(name, rows)
            assert ids == sorted(set(ids)) and ids[0] > last, (ids, last)
            chosen.append(ids)
            return len(ids)

        self.agree(run, lambda: len(self.model.insert(name, numbered)))
        if len(chosen) == len(self._databases):
            self._align(name, key, rows, chosen, last)

    def _align(
        self,
        name: str,
        key: str,
        rows: List[Dict[str, Any]],
        chosen: List[List[int]],
        last: int,
    ) -> None:
        """Give rows that were just inserted the same numbers everywhere."""
        highest = max(max(ids) for ids in chosen)
        same = chosen[0] if all(ids == chosen[0] for ids in chosen) else None
        numbers = same or [highest + n for n in range(1, len(rows) + 1)]
        self.model.delete(name, {key: {"gt": last}})
        renumbered = [{**row, key: number} for row, number in zip(rows, numbers)]
        if same is None:
            for database, ids in zip(self._databases, chosen):
                self.scope(database).delete(name, {key: ids})
            self.perform(Insert(name, renumbered))
        else:
            self.model.insert(name, renumbered)

    @precondition(_is_open)
    @precondition(_has_tables)
    @rule(data=st.data())
    def look_from_outside(self, data: st.DataObject) -> None:
        """See what is committed, and nothing of the open transaction."""
        name = data.draw(st.sampled_from(sorted(self.model.tables)), label="table")
        select = Select(name, {})
        expected = comparable(select, select.expect_in(self.model.committed))
        for kind, database in self._databases.items():
            assert comparable(select, select.run(database)) == expected, kind

    # --- transactions ------------------------------------------------------------

    @precondition(lambda self: self.model.depth < _MOST_DEPTH)
    @rule()
    def begin(self) -> None:
        """Begin a transaction, or set a savepoint in it."""
        for name in self._databases:
            block = self.scope(name).transaction()
            self._open[name].append((block, block.__enter__()))
        self.model.begin()

    @precondition(_is_open)
    @rule(keep=st.booleans())
    def end(self, keep: bool) -> None:
        """Commit or roll back the innermost."""
        for name in self._databases:
            block, transaction = self._open[name].pop()
            (transaction.commit if keep else transaction.rollback)()
            block.__exit__(None, None, None)
        (self.model.commit if keep else self.model.rollback)()

    @invariant()
    def all_rows_are_the_same(self) -> None:
        """Whatever was done, every table holds the same everywhere."""
        for name in sorted(self.model.tables):
            self.perform(Select(name, {}))

    def teardown(self) -> None:
        """Leave the databases empty."""
        while self.model.depth:
            self.end(False)
        for database in self._databases.values():
            drop_all_tables(database)
