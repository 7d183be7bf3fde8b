"""What the SQL of one database looks like: pure text, and flags for what it can do.

A dialect opens nothing and keeps no state.  Code and tests that depend on a database's
abilities ask its flags, never its name.  Where databases agree the text is here; a
dialect overrides its difference only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, FrozenSet, List, Mapping, Optional, Sequence

from ..enums import DefaultFunction, Direction
from ..exceptions import UnsupportedError
from ..schema import (
    Column,
    DefaultExpression,
    ForeignKey,
    Index,
    NativeDefault,
    Table,
    TableDifference,
)
from .fulltext import Fulltext
from .lexicon import Lexicon
from .sql_scanner import check_expression
from .storage import Converter, Storage


class Dialect(ABC):
    """The SQL of a database.

    Attributes:
        name: the product, for messages.
        placeholder: what stands for a parameter.
        max_parameters: of one statement.
        max_rows_per_insert: rows that one INSERT takes with profit.
        max_pattern_bytes: of a ``like`` pattern, None for no limit.
        has_returning: writes can return their rows.
        has_last_id: the server tells the number that an INSERT gave to its first or
            last row; without it the statement must return the number.
        has_partial_indexes: an index can have a condition.
        has_fulltext: there are fulltext indexes, and ``match``.
        fulltext: what makes and asks them, where there are some.
        finds_uncommitted: ``match`` inside a transaction finds what that has written.
        has_transactional_ddl: a transaction can undo changes of definitions; without
            it they commit by themselves.
        alters_in_place: ALTER TABLE changes types, nullability, defaults, constraints.
        alters_key_columns: that also of columns of foreign keys, and of those that
            they refer to, as long as both ends agree.
        lone_verbs: of raw statements that run outside of any transaction only.
        routine_words: by which CREATE makes what has statements inside, of a server
            that takes one statement at a time.
        has_one_kind_of_unique: a unique constraint and a unique index are the same.
        has_set_default: a foreign key can set its columns to their defaults.
        checks_changed_keys: a check can name a column that a foreign key changes.
        serializable_reads_lock: at SERIALIZABLE what a transaction has read cannot be
            written by others until it ends; they wait.
        lexicon: how it writes strings, comments and quoted names.
    """

    name: str
    placeholder: ClassVar[str] = "?"
    max_parameters: ClassVar[int]
    max_rows_per_insert: ClassVar[int]
    max_pattern_bytes: ClassVar[Optional[int]] = None
    has_returning: ClassVar[bool]
    has_last_id: ClassVar[bool] = True
    has_partial_indexes: ClassVar[bool]
    has_fulltext: ClassVar[bool]
    fulltext: ClassVar[Optional[Fulltext]] = None
    finds_uncommitted: ClassVar[bool] = True
    has_transactional_ddl: ClassVar[bool] = True
    alters_in_place: ClassVar[bool] = False
    alters_key_columns: ClassVar[bool] = True
    lone_verbs: ClassVar[FrozenSet[str]] = frozenset()
    routine_words: ClassVar[FrozenSet[str]] = frozenset()
    has_one_kind_of_unique: ClassVar[bool] = False
    has_set_default: ClassVar[bool] = True
    checks_changed_keys: ClassVar[bool] = True
    serializable_reads_lock: ClassVar[bool] = False
    lexicon: ClassVar[Lexicon]

    # --- names, types, values ------------------------------------------------------

    def quote(self, name: str) -> str:
        """Return the name as SQL text, whatever it holds."""
        return '"' + name.replace('"', '""') + '"'

    @abstractmethod
    def native_type(self, column: Column) -> str:
        """Return the type that a column is declared with."""

    @abstractmethod
    def storage(self, column: Column) -> Storage:
        """Return how the values of a column are stored."""

    @abstractmethod
    def native_decoder(self, native_type: Optional[str]) -> Optional[Converter]:
        """Return the decoder of a result column by its declared type, None where its
        values are as they should be."""

    @abstractmethod
    def encode_parameter(self, value: Any) -> Any:
        """Return a parameter of raw SQL in stored form, by its Python type.

        Raises:
            InvalidValueError: a database could not hold it.
        """

    @abstractmethod
    def literal(self, stored: Any) -> str:
        """Return a value in stored form as SQL text."""

    @abstractmethod
    def default_expression(self, column: Column, function: DefaultFunction) -> str:
        """Return the SQL of a default that the database computes for a column."""

    def default_text(self, column: Column) -> Optional[str]:
        """Return the default of a column as SQL, None for none."""
        default = column.default
        if default is None:
            return None
        if isinstance(default, DefaultExpression):
            return self.default_expression(column, default.function)
        if isinstance(default, NativeDefault):
            sql = check_expression(default.sql, self.lexicon, "a default")
            return f"({self.escape_raw(sql)})"
        encode = self.storage(column).encode
        stored: Any = encode((default.value,))[0] if encode else default.value
        return self.literal(stored)

    # --- values of another type ------------------------------------------------------

    @abstractmethod
    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return the expression of a column's value after a change of its type that is
        possible, if the value fits; NULL stays NULL."""

    @abstractmethod
    def misfit(self, quoted: str, before: Column, after: Column) -> Optional[str]:
        """Return the condition that is true for a value which does not become one of
        ``after``, None where every value does; it is not true for NULL."""

    @abstractmethod
    def typed(self, expression: str, column: Column) -> str:
        """Return an expression such that it compares as the column's values do."""

    def guarded(
        self, difference: TableDifference, statements: Sequence[str]
    ) -> List[str]:
        """Return the statements of a table's change such that they fail where a value
        does not fit its column's new type."""
        return list(statements)

    # --- conditions ------------------------------------------------------------------

    def term(self, column: Column) -> str:
        """Return what stands for a column's value wherever it is shown, grouped or
        compared: its name, unless its native type can not do that."""
        return self.quote(column.name)

    def ordered_term(self, column: Column) -> str:
        """Return what stands for a column in a test for less or greater."""
        return self.term(column)

    @abstractmethod
    def like(self, column: str, case_sensitive: bool, placeholder: str) -> str:
        """Return the test of a pattern that :meth:`encode_pattern` made."""

    @abstractmethod
    def encode_pattern(self, pattern: str, case_sensitive: bool) -> str:
        """Return a pattern (``%``, ``_``, backslash escapes) as the test takes it."""

    @abstractmethod
    def is_distinct(self, column: str, placeholder: str) -> str:
        """Return the test for being another value, NULL being one."""

    def pack_list(self, column: Column, stored: Sequence[Any]) -> Optional[Any]:
        """Return one parameter for a list of a column's stored values, or None where
        each value takes a parameter of its own."""
        return None

    @abstractmethod
    def in_packed(self, column: Column, placeholder: str) -> str:
        """Return the test for being in a list that :meth:`pack_list` made."""

    # --- statements ------------------------------------------------------------------

    def limit(self, has_limit: bool, has_offset: bool) -> str:
        """Return the clause; its parameters are the limit, then the offset, as far as
        they are there."""
        words = [f"LIMIT {self.placeholder}"] if has_limit else []
        return " ".join(words + [f"OFFSET {self.placeholder}"] * has_offset)

    @abstractmethod
    def order_term(self, column: Column, direction: Direction) -> str:
        """Return a sort by a column, NULLs first ascending and last descending."""

    @abstractmethod
    def aggregate_call(self, function: str, column: Column) -> str:
        """Return the call of ``sum``, ``avg``, ``min`` or ``max`` over a column."""

    def on_conflict(
        self, table: Table, target: Sequence[str], assigned: Sequence[str]
    ) -> str:
        """Return the clause of an INSERT that meets a key which exists; keys only,
        other constraints are not passed over.

        Args:
            table: that the rows go into.
            target: the columns of the key; empty for any.
            assigned: the columns that the existing row gets from the new one; empty
                leaves the existing row as it is.
        """
        keys = f" ({', '.join(map(self.quote, target))})" if target else ""
        if not assigned:
            return f"ON CONFLICT{keys} DO NOTHING"
        updates = ", ".join(
            f"{name} = excluded.{name}" for name in map(self.quote, assigned)
        )
        return f"ON CONFLICT{keys} DO UPDATE SET {updates}"

    def returned_term(self, column: Column) -> str:
        """Return what a RETURNING clause has for a column."""
        return self.term(column)

    def default_row(self, table: Table) -> str:
        """Return what follows the table in an INSERT of a row of defaults."""
        return "DEFAULT VALUES"

    def locking_clause(self) -> str:
        """Return what makes a SELECT lock its rows for a write that follows."""
        return "FOR UPDATE"

    # --- raw SQL ---------------------------------------------------------------------

    @abstractmethod
    def refused_statement(self, verb: str, words: Sequence[str]) -> Optional[str]:
        """Return what to do instead of running a raw statement, None where it may run.

        Args:
            verb: of the statement, in upper case.
            words: all its words and signs, as they stand there.
        """

    def escape_raw(self, sql: str) -> str:
        """Return raw SQL as the database's package takes it beside placeholders."""
        return sql

    def shown(self, sql: str) -> str:
        """Return a statement without parameters as people read and run it, from what
        the database's package takes."""
        return sql

    # --- definitions -----------------------------------------------------------------

    def spelt(self, key: ForeignKey, target: Table) -> ForeignKey:
        """Return a foreign key as a statement is to write it: with the names of the
        columns that it refers to."""
        return key.named(target.primary_key)

    @abstractmethod
    def numbered_key(self, column: Column) -> str:
        """Return the definition of a primary key column that numbers the rows."""

    @abstractmethod
    def column_extras(self, column: Column) -> str:
        """Return what follows a column's native type (a collation), or ``""``."""

    def index_term(self, column: Column, direction: Direction) -> str:
        """Return a column of an index, such that it serves :meth:`order_term`."""
        return f"{self.quote(column.name)} {direction.value}"

    def index_terms(self, table: Table, index: Index) -> List[str]:
        """Return the columns of an index of a table."""
        return [
            self.index_term(table.by_name[member.name], member.direction)
            for member in index.columns
        ]

    def fitted(self, table: Table) -> Table:
        """Return a table whose columns have the lengths that they are declared with."""
        return table

    def table_options(self) -> str:
        """Return what follows the parentheses of CREATE TABLE, or ``""``."""
        return ""

    def drop_index(self, table_name: str, index_name: str) -> str:
        """Return the statement that drops an index."""
        return f"DROP INDEX {self.quote(index_name)}"

    def added_column_fault(self, column: Column, refers: bool) -> Optional[str]:
        """Return why ALTER TABLE cannot add a column, or None.

        Args:
            column: the column.
            refers: whether it has a foreign key.
        """
        return None

    def altered_column(self, table: Table, before: Column, after: Column) -> List[str]:
        """Return the clauses of an ALTER TABLE that make a column what it is to be.

        Raises:
            UnsupportedError: the dialect does not alter in place.
        """
        raise UnsupportedError(
            f"{self.name} cannot change column {before.name!r} of table"
            f" {table.name!r} in place",
            table=table.name,
            column=before.name,
        )

    def dropped_constraint(self, table: Table, name: str) -> str:
        """Return the clause of an ALTER TABLE that drops a constraint."""
        return f"DROP CONSTRAINT {self.quote(name)}"

    def merged(
        self,
        before: Table,
        after: Table,
        renamed_columns: Mapping[str, str],
        statements: Sequence[str],
    ) -> List[str]:
        """Return the statements of a table's change as the database runs them best.

        Args:
            before: as it is.
            after: as it is to be, by its name before.
            renamed_columns: old names to new.
            statements: of the change, each of one part of it.
        """
        return list(statements)
