"""The steps that rebuild tables of a SQLite file, tried in a scratch database first.

The scratch has the file's tables, views and triggers and none of its rows, so that a
step is written from the texts which SQLite itself makes of the renames before it, and
a view or a trigger that would break is found before anything is changed.
"""

from __future__ import annotations

import sqlite3
from typing import Iterable, List, Optional, Sequence, Tuple, Type

from ...dialects.ddl import create_indexes, drop_indexes, drop_table
from ...dialects.sqlite import SQLiteDialect
from ...dialects.sqlite_create import CreateText
from ...dialects.sqlite_create_reader import pieces_of, read_create_table, unquoted
from ...dialects.sqlite_functions import AGGREGATES, COLLATIONS, FUNCTIONS
from ...dialects.sqlite_rebuild import TableEditor, copy_statement, new_name
from ...exceptions import DriverError, SchemaSyncError
from ...schema import INTERNAL_PREFIX, Table
from ...schema.difference import TableDifference
from ..sqlite_session import SQLiteSession
from .step import Cost, Step, StepKind
from .wording import described

_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_PROBE = f"{INTERNAL_PREFIX}probe"


class Rebuilder:
    """Writes the rebuilds of one plan, in which each step sees those before it."""

    def __init__(self, session: SQLiteSession, dialect: SQLiteDialect) -> None:
        """Copy the schema that the session sees."""
        self._dialect = dialect
        self._scratch = sqlite3.connect(":memory:", isolation_level=None)
        for name, collation in COLLATIONS.items():
            self._scratch.create_collation(name, collation)
        for name, (arguments, aggregate) in AGGREGATES.items():
            self._scratch.create_aggregate(name, arguments, aggregate)
        for name, (arguments, function) in FUNCTIONS.items():
            self._scratch.create_function(name, arguments, function, deterministic=True)
        self._copy(session)
        self._was_broken = self._fault()

    def __enter__(self) -> Rebuilder:
        """Return itself."""
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: object, trace: object
    ) -> None:
        """Close the scratch."""
        self.close()

    def close(self) -> None:
        """Close the scratch."""
        self._scratch.close()

    def run(self, statements: Iterable[str]) -> None:
        """Do in the scratch what the plan does to tables without a rebuild.

        What that breaks is not the rebuilds' doing.

        Raises:
            SchemaSyncError: a statement would fail.
        """
        try:
            for sql in statements:
                self._scratch.execute(sql)
        except sqlite3.Error as error:
            raise SchemaSyncError(f"the tables cannot be changed: {error}") from error
        self._was_broken = self._fault()

    def step(self, change: TableDifference, result: Table) -> Step:
        """Return the step that makes a table another one, its renames included.

        Args:
            change: that is not empty.
            result: the table after it, as the catalogue keeps it.

        Raises:
            SchemaSyncError: it cannot be done, or would break a view or a trigger.
        """
        name = change.before.name
        try:
            statements = self._rename(change) + self._rebuild(change)
        except (sqlite3.Error, DriverError) as error:
            raise SchemaSyncError(
                f"table {name!r} cannot be rebuilt: {error}", table=name
            ) from error
        self._check(f"table {name!r}")
        costs = [Cost.REWRITES_TABLE, Cost.BLOCKS_WRITES]
        if change.dropped_columns:
            costs.append(Cost.LOSES_DATA)
        return Step(
            StepKind.REBUILD_TABLE,
            name,
            described(change),
            tuple(statements),
            result,
            tuple(costs),
        )

    # --- the statements -----------------------------------------------------------

    def _rename(self, change: TableDifference) -> List[str]:
        """Drop the indexes that go, and rename, which SQLite follows in every text."""
        quote = self._dialect.quote
        before, after = change.before, change.after
        done = drop_indexes(before, change.dropped_indexes, self._dialect)
        done += [
            f"ALTER TABLE {quote(before.name)} RENAME COLUMN {quote(old)}"
            f" TO {quote(new)}"
            for old, new in change.renamed_columns.items()
        ]
        if change.renamed_to is not None:
            done.append(
                f"ALTER TABLE {quote(before.name)} RENAME TO {quote(after.name)}"
            )
        return self._done(done)

    def _rebuild(self, change: TableDifference) -> List[str]:
        """Put a new table in the place of the old one, and run it in the scratch."""
        dialect, after = self._dialect, change.after
        quote = dialect.quote
        sql = self._texts("table", after.name)[0]
        indexes = self._texts("index", after.name)
        triggers = self._texts("trigger", after.name)
        old = read_create_table(sql, dialect.lexicon)
        new = read_create_table(sql, dialect.lexicon)
        TableEditor(new, change, change.renamed_columns, dialect).edit()
        self._refuse_mentions(change, new, indexes)
        replacement = quote(new_name(after.name))
        statements = [
            new.write(new_name(after.name), quote),
            copy_statement(old, new, change, dialect),
            *self._kept_numbers(old, new),
            drop_table(old.name, dialect),
            # other tables' foreign keys are not to follow this rename
            "PRAGMA legacy_alter_table = ON",
            f"ALTER TABLE {replacement} RENAME TO {quote(after.name)}",
            "PRAGMA legacy_alter_table = OFF",
            *indexes,
            *create_indexes(after, change.added_indexes, dialect),
            *triggers,
        ]
        return self._done(statements)

    def _kept_numbers(self, old: CreateText, new: CreateText) -> List[str]:
        """Return what keeps the numbers of deleted rows from being used again."""
        if not (old.numbers_rows and new.numbers_rows):
            return []
        if old.rowid_column != new.rowid_column:
            return []
        name = self._dialect.literal(old.name)
        replacement = self._dialect.literal(new_name(old.name))
        return [
            f"DELETE FROM sqlite_sequence WHERE name = {replacement}",
            f"INSERT INTO sqlite_sequence (name, seq) SELECT {replacement}, seq"
            f" FROM sqlite_sequence WHERE name = {name}",
        ]

    def _refuse_mentions(
        self, change: TableDifference, text: CreateText, indexes: Sequence[str]
    ) -> None:
        """Refuse to drop a column that something which stays is computed from: SQLite
        would take its quoted name for a string then."""
        gone = {
            change.renamed_columns.get(c.name, c.name).lower()
            for c in change.dropped_columns
        }
        parts = [*text.constraints, *(p for c in text.columns for p in c.constraints)]
        staying = [part.expression for part in parts if part.expression]
        staying += [sql[sql.index("(") :] for sql in indexes]
        for expression in staying if gone else ():
            for piece in pieces_of(expression, self._dialect.lexicon):
                if piece.kind in ("word", "name"):
                    name = unquoted(piece.text)
                    if name.lower() in gone:
                        raise SchemaSyncError(
                            f"column {name!r} is to be dropped, and {expression!r} is"
                            " computed from it; drop that too"
                        )

    # --- the scratch --------------------------------------------------------------

    def _copy(self, session: SQLiteSession) -> None:
        """Make what the file has, but for what SQLite makes by itself."""
        for kind, name, sql in _in_order(session.query(_SCHEMA)):
            if kind == "table" and name.lower().startswith("sqlite_"):
                continue
            try:
                self._scratch.execute(sql)
            except sqlite3.Error:
                # a part of a virtual table that is there by now, or what is unusable
                # in the file as well
                continue

    def _texts(self, kind: str, table: str) -> List[str]:
        """Return the texts of the table, or of its indexes or triggers."""
        rows = self._scratch.execute(
            "SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name = ?"
            " COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid",
            (kind, table),
        ).fetchall()
        if kind == "table" and not rows:
            raise SchemaSyncError(f"there is no table {table!r}", table=table)
        return [sql for (sql,) in rows]

    def _done(self, statements: List[str]) -> List[str]:
        """Run statements in the scratch, and return them."""
        for sql in statements:
            self._scratch.execute(sql)
        return statements

    def _check(self, subject: str) -> None:
        """See that no view and no trigger is broken that was not.

        Raises:
            SchemaSyncError: one is.
        """
        fault = self._fault()
        if fault is not None and self._was_broken is None:
            raise SchemaSyncError(
                f"{subject} cannot be changed: {fault}; drop or change that first"
            )

    def _fault(self) -> Optional[str]:
        """Return what SQLite says of a view or a trigger that is broken, or None.

        A rename makes it read all of them.
        """
        self._scratch.execute("SAVEPOINT probe")
        try:
            self._scratch.execute(f"CREATE TABLE {_PROBE} (a)")
            self._scratch.execute(f"ALTER TABLE {_PROBE} RENAME TO {_PROBE}_2")
        except sqlite3.Error as error:
            return str(error)
        finally:
            self._scratch.execute("ROLLBACK TO probe")
            self._scratch.execute("RELEASE probe")
        return None


def _in_order(rows: Iterable[Sequence[str]]) -> List[Tuple[str, str, str]]:
    """Return the parts of a schema, tables first, triggers last."""
    order = ("table", "index", "view", "trigger")
    parts = [(kind, name, sql) for kind, name, sql in rows]
    # a virtual table makes tables of its own, which stand behind it
    return sorted(parts, key=lambda part: order.index(part[0]))
