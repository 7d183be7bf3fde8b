"""The SQL of PostgreSQL, as psycopg2 takes it: ``%s`` for a parameter, ``%%`` for a
percent sign wherever else one stands.
"""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from ..enums import DefaultFunction, Direction, LogicalType
from ..schema import Column, Table, TableDifference
from .base import Dialect
from .guard import guard, guard_name
from .lexicon import Lexicon
from .parameter import ParameterEncoder
from .postgres_conversion import PostgresConversion
from .postgres_fulltext import PostgresFulltext
from .postgres_refusal import refusal
from .postgres_storage import array_text, array_type, declared_type, storage_of
from .storage import Converter, Storage

_NOW = "statement_timestamp() AT TIME ZONE 'UTC'"
_NOW_AS = {
    DefaultFunction.CURRENT_TIMESTAMP: "timestamp",
    DefaultFunction.CURRENT_DATE: "date",
    DefaultFunction.CURRENT_TIME: "time",
}

_AVERAGE_DIGITS = 4
"""Digits that an average has more than what it is over, as on MySQL."""
_GUARD_DIGITS = 40
"""Digits of a quotient before it is rounded, so that it is rounded once."""


class PostgresDialect(Dialect):
    """PostgreSQL's SQL."""

    name = "PostgreSQL"
    placeholder = "%s"
    # of the protocol's Bind message; psycopg2 puts parameters into the text
    max_parameters = 65535
    max_rows_per_insert = 500
    has_returning = True
    has_last_id = False
    has_partial_indexes = True
    has_fulltext = True
    fulltext = PostgresFulltext()
    alters_in_place = True
    lone_verbs = frozenset({"VACUUM"})
    lexicon = Lexicon(dollar_quotes=True, escape_strings=True, nested_comments=True)

    _parameters = ParameterEncoder({})
    _conversion = PostgresConversion()

    # --- names, types, values ------------------------------------------------------

    def quote(self, name: str) -> str:
        """Return the name in double quotes."""
        return super().quote(name).replace("%", "%%")

    def escape_raw(self, sql: str) -> str:
        """Double the percent signs, which would ask for parameters."""
        return sql.replace("%", "%%")

    def shown(self, sql: str) -> str:
        """Take the doubling of the percent signs back."""
        return sql.replace("%%", "%")

    def native_type(self, column: Column) -> str:
        """Return the type as the server's ``format_type`` says it."""
        return declared_type(column)

    def storage(self, column: Column) -> Storage:
        """Return the storage of ``postgres_storage``."""
        return storage_of(column)

    def native_decoder(self, native_type: Optional[str]) -> Optional[Converter]:
        """The connection's typecasters have decoded every value."""
        return None

    def encode_parameter(self, value: Any) -> Any:
        """Return the value itself: psycopg2 writes it as a literal of its type."""
        return self._parameters.encode(value)

    def literal(self, stored: Any) -> str:
        """Return SQL text; the connection has standard_conforming_strings on."""
        if stored is None:
            return "NULL"
        if isinstance(stored, bool):
            return "TRUE" if stored else "FALSE"
        if isinstance(stored, bytes):
            return f"'\\x{stored.hex()}'::bytea"
        if isinstance(stored, str):
            return "'" + self.escape_raw(stored).replace("'", "''") + "'"
        return repr(stored)

    def default_expression(self, column: Column, function: DefaultFunction) -> str:
        """Return an expression in UTC, of the statement's time."""
        if column.timezone:
            return "statement_timestamp()"
        return f"(({_NOW})::{_NOW_AS[function]})"

    # --- values of another type ------------------------------------------------------

    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return a cast."""
        return self._conversion.converted(quoted, before, after)

    def misfit(self, quoted: str, before: Column, after: Column) -> Optional[str]:
        """Return the test of ``typed_conversion``."""
        return self._conversion.misfit(quoted, before, after)

    def typed(self, expression: str, column: Column) -> str:
        """Return a cast, and the collation."""
        cast = f"({expression})::{self.native_type(column)}"
        return " ".join(filter(None, [cast, self.column_extras(column)]))

    def guarded(
        self, difference: TableDifference, statements: Sequence[str]
    ) -> List[str]:
        """Have a guard look at the rows; the lock on the table, which comes with it,
        stays until the end of the transaction."""
        alter = f"ALTER TABLE {self.quote(difference.before.name)}"
        name = self.quote(guard_name(difference))
        looks = [
            f"{alter} {part}"
            for clause in guard(difference, self, renamed=False)
            for part in (clause, f"DROP CONSTRAINT {name}")
        ]
        return [*looks, *statements]

    # --- conditions ------------------------------------------------------------------

    def term(self, column: Column) -> str:
        """``json`` cannot be compared; its text can."""
        quoted = self.quote(column.name)
        return f"{quoted}::text" if column.type is LogicalType.JSON else quoted

    def ordered_term(self, column: Column) -> str:
        """Text is ordered by code points, also in tables of other programs; on columns
        that have the collation "C" themselves an index serves all the same."""
        if column.type is LogicalType.TEXT:
            return f'{self.quote(column.name)} COLLATE "C"'
        return self.term(column)

    def like(self, column: str, case_sensitive: bool, placeholder: str) -> str:
        """A backslash escapes by default."""
        return f"{column} {'LIKE' if case_sensitive else 'ILIKE'} {placeholder}"

    def encode_pattern(self, pattern: str, case_sensitive: bool) -> str:
        """A pattern is right as it is."""
        return pattern

    def is_distinct(self, column: str, placeholder: str) -> str:
        """Return the standard's test."""
        return f"{column} IS DISTINCT FROM {placeholder}"

    def pack_list(self, column: Column, stored: Sequence[Any]) -> Optional[Any]:
        """Lists go as an array's text."""
        return array_text(column, stored)

    def in_packed(self, column: Column, placeholder: str) -> str:
        """Return the test; an index on the column is used."""
        return f"{self.term(column)} = ANY({placeholder}::{array_type(column)})"

    # --- statements ------------------------------------------------------------------

    def order_term(self, column: Column, direction: Direction) -> str:
        """NULLs are the largest values to PostgreSQL and have to be told."""
        term = f"{self.ordered_term(column)} {direction.value}"
        if not column.nullable:
            return term
        return f"{term} NULLS {'FIRST' if direction is Direction.ASC else 'LAST'}"

    def index_term(self, column: Column, direction: Direction) -> str:
        """An index has its NULLs where :meth:`order_term` wants them."""
        return self.order_term(column, direction)

    def aggregate_call(self, function: str, column: Column) -> str:
        """Sums of integers are integers, averages of them doubles; decimals are
        rounded half away from zero."""
        quoted = self.quote(column.name)
        if column.type is LogicalType.INTEGER and function == "sum":
            return f"sum({quoted})::bigint"
        if column.type is LogicalType.INTEGER and function == "avg":
            return f"sum({quoted})::double precision / count({quoted})"
        if column.type is LogicalType.DECIMAL and function == "avg":
            digits = (column.scale or 0) + _AVERAGE_DIGITS
            dividend = f"round(sum({quoted}), {digits + _GUARD_DIGITS})"
            return f"round({dividend} / count({quoted}), {digits})"
        if column.type is LogicalType.TEXT:
            return f"{function}({self.ordered_term(column)})"
        return f"{function}({quoted})"

    # --- raw SQL ---------------------------------------------------------------------

    def refused_statement(self, verb: str, words: Sequence[str]) -> Optional[str]:
        """Refuse what the driver does itself, and what would stay on a connection."""
        return refusal(verb, words)

    # --- definitions -----------------------------------------------------------------

    def numbered_key(self, column: Column) -> str:
        """A sequence numbers the rows; numbers that are given are taken as they are."""
        quoted = self.quote(column.name)
        return f"{quoted} bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"

    def column_extras(self, column: Column) -> str:
        """Text is compared by code points."""
        return 'COLLATE "C"' if column.type is LogicalType.TEXT else ""

    def altered_column(self, table: Table, before: Column, after: Column) -> List[str]:
        """Change the type, the default and whether there may be NULLs."""
        quoted = self.quote(after.name)
        alter = f"ALTER COLUMN {quoted}"
        clauses: List[str] = []
        native = self.native_type(after)
        new_type = native != self.native_type(before)
        if new_type:
            if before.default is not None:
                clauses.append(f"{alter} DROP DEFAULT")
            extras = self.column_extras(after)
            whole = f"{native} {extras}" if extras else native
            value = self.converted(quoted, before, after)
            clauses.append(f"{alter} TYPE {whole} USING {value}")
        if after.default is None and before.default is not None and not new_type:
            clauses.append(f"{alter} DROP DEFAULT")
        elif after.default is not None and (
            new_type or after.default != before.default
        ):
            clauses.append(f"{alter} SET DEFAULT {self.default_text(after)}")
        if after.nullable is not before.nullable:
            clauses.append(f"{alter} {'DROP' if after.nullable else 'SET'} NOT NULL")
        return clauses
