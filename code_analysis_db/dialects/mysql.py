r"""The SQL of MySQL from 8.0.19 on and of MariaDB from 10.6 on.

``%s`` stands for a parameter, ``%%`` for a percent sign wherever else one stands.  The
connection's ``sql_mode`` lets a backslash escape inside of strings, as both servers do
by default: they write the expressions of defaults and checks down so, and misread them
under NO_BACKSLASH_ESCAPES.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, List, Mapping, Optional, Sequence

from ..enums import DefaultFunction, Direction, LogicalType
from ..schema import (
    INTERNAL_PREFIX,
    Column,
    ForeignKey,
    Index,
    Table,
    TableDifference,
)
from .base import Dialect
from .ddl import column_definition
from .lexicon import Lexicon
from .mysql_alter import MergedChange
from .mysql_conversion import MySQLConversion
from .mysql_flavour import MySQLFlavour
from .mysql_fulltext import MySQLFulltext
from .mysql_guard import guarded
from .mysql_refusal import refusal
from .mysql_storage import (
    declared_type,
    fitted,
    index_prefixes,
    storage_of,
)
from .parameter import ParameterEncoder
from .storage import Converter, Storage

NOT_INSERTED = 2**64 - 1
"""The ``LAST_INSERT_ID`` that a row leaves which ``on_conflict="ignore"`` left out."""

_NEW_ROW = f"`{INTERNAL_PREFIX}new`"
_NO_LIMIT = 2**64 - 1

_DEFAULT_EXPRESSIONS = {
    DefaultFunction.CURRENT_TIMESTAMP: "(UTC_TIMESTAMP(6))",
    DefaultFunction.CURRENT_DATE: "(UTC_DATE())",
    DefaultFunction.CURRENT_TIME: "(UTC_TIME(6))",
}


def _datetime(value: datetime) -> str:
    """Return the text of a datetime, without the time zone, which is UTC if any."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


def _time(value: time) -> str:
    """Return the text of a time."""
    return value.isoformat("microseconds")


def quoted_text(text: str) -> str:
    """Return text as a literal, under the connection's ``sql_mode``."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class MySQLDialect(Dialect):
    """The SQL of one of the servers that speak MySQL's."""

    placeholder = "%s"
    # Parameters stand in the text, whose length the session looks at.
    max_parameters = 10_000_000
    max_rows_per_insert = 1000
    has_returning = False
    has_partial_indexes = False
    has_one_kind_of_unique = True
    has_set_default = False
    checks_changed_keys = False
    has_fulltext = True
    finds_uncommitted = False
    fulltext = MySQLFulltext()
    has_transactional_ddl = False
    alters_in_place = True
    alters_key_columns = False
    serializable_reads_lock = True
    lone_verbs = frozenset(
        "ANALYZE OPTIMIZE REPAIR CHECK CACHE GRANT REVOKE INSTALL UNINSTALL".split()
    )
    routine_words = frozenset("PROCEDURE FUNCTION TRIGGER EVENT".split())
    lexicon = Lexicon(
        backticks=True,
        backslash_escapes=True,
        double_quoted_strings=True,
        hash_comments=True,
        spaced_dashes=True,
        executable_comments=True,
    )

    _conversion = MySQLConversion()
    _parameters = ParameterEncoder(
        {bool: int, datetime: _datetime, date: date.isoformat, time: _time}
    )

    def __init__(self, flavour: MySQLFlavour) -> None:
        """Write the SQL of a flavour."""
        self.flavour = flavour
        self.name = flavour.name

    # --- names, types, values ------------------------------------------------------

    def quote(self, name: str) -> str:
        """Return the name in backticks."""
        return "`" + name.replace("`", "``").replace("%", "%%") + "`"

    def escape_raw(self, sql: str) -> str:
        """Double the percent signs, which would ask for parameters."""
        return sql.replace("%", "%%")

    def shown(self, sql: str) -> str:
        """Take the doubling of the percent signs back."""
        return sql.replace("%%", "%")

    def native_type(self, column: Column) -> str:
        """Return the type of a column of a fitted table, as ``information_schema``
        says it."""
        return declared_type(column)

    def storage(self, column: Column) -> Storage:
        """Return the storage of ``mysql_storage``."""
        return storage_of(column)

    def native_decoder(self, native_type: Optional[str]) -> Optional[Converter]:
        """Results are decoded by the server's codes of their types."""
        return None

    def encode_parameter(self, value: Any) -> Any:
        """Return the stored form by the value's type."""
        return self._parameters.encode(value)

    def literal(self, stored: Any) -> str:
        """Return SQL text; in parentheses, without which a text is no default."""
        if stored is None:
            return "NULL"
        if isinstance(stored, bytes):
            return f"(X'{stored.hex()}')"
        if isinstance(stored, str):
            return f"({self.escape_raw(quoted_text(stored))})"
        if isinstance(stored, Decimal):
            return format(stored, "f")
        return repr(stored)

    def default_expression(self, column: Column, function: DefaultFunction) -> str:
        """Return an expression in UTC."""
        return _DEFAULT_EXPRESSIONS[function]

    # --- values of another type ------------------------------------------------------

    def converted(self, quoted: str, before: Column, after: Column) -> str:
        """Return a cast."""
        return self._conversion.converted(quoted, before, after)

    def misfit(self, quoted: str, before: Column, after: Column) -> Optional[str]:
        """Return the test of ``typed_conversion``."""
        return self._conversion.misfit(quoted, before, after)

    def typed(self, expression: str, column: Column) -> str:
        """Return text with its collation; numbers and moments compare as they are."""
        if column.type in (LogicalType.TEXT, LogicalType.JSON, LogicalType.UUID):
            text = f"CONVERT({expression} USING utf8mb4)"
            return f"{text} COLLATE {self.flavour.collation}"
        return self._conversion.cast(expression, column)

    def guarded(
        self, difference: TableDifference, statements: Sequence[str]
    ) -> List[str]:
        """Have a guard stand on the table until its types are changed."""
        return guarded(difference, statements, self)

    # --- conditions ------------------------------------------------------------------

    def like(self, column: str, case_sensitive: bool, placeholder: str) -> str:
        """The columns' collation minds case; a backslash escapes by default."""
        if case_sensitive:
            return f"{column} LIKE {placeholder}"
        return f"LOWER({column}) LIKE LOWER({placeholder})"

    def encode_pattern(self, pattern: str, case_sensitive: bool) -> str:
        """A pattern is right as it is."""
        return pattern

    def is_distinct(self, column: str, placeholder: str) -> str:
        """Negate MySQL's equality of any values."""
        return f"NOT ({column} <=> {placeholder})"

    def pack_list(self, column: Column, stored: Sequence[Any]) -> Optional[Any]:
        """Lists go as one parameter, whose literal is all of its members'."""
        return tuple(stored)

    def in_packed(self, column: Column, placeholder: str) -> str:
        """Return the test; an index on the column is used."""
        return f"{self.term(column)} IN ({placeholder})"

    # --- statements ------------------------------------------------------------------

    def limit(self, has_limit: bool, has_offset: bool) -> str:
        """There is no OFFSET without LIMIT."""
        if has_offset and not has_limit:
            return f"LIMIT {_NO_LIMIT} OFFSET %s"
        return super().limit(has_limit, has_offset)

    def order_term(self, column: Column, direction: Direction) -> str:
        """NULLs are the smallest values, as wanted."""
        return f"{self.quote(column.name)} {direction.value}"

    def aggregate_call(self, function: str, column: Column) -> str:
        """Sums of integers are integers, averages of them doubles."""
        quoted = self.quote(column.name)
        if column.type is LogicalType.INTEGER and function == "sum":
            # DIV gives a bigint, or an error where it is beyond
            return f"SUM({quoted}) DIV 1"
        if column.type is LogicalType.INTEGER and function == "avg":
            return f"(SUM({quoted}) + 0e0) / COUNT({quoted})"
        return f"{function.upper()}({quoted})"

    def on_conflict(
        self, table: Table, target: Sequence[str], assigned: Sequence[str]
    ) -> str:
        """Return ``ON DUPLICATE KEY UPDATE``, which any key sets off.

        Where another key than the target is met, the guard column gets a value that it
        does not take, so that the statement fails.  The number of the row that is met
        becomes the statement's ``LAST_INSERT_ID``; :data:`NOT_INSERTED` if the row is
        left as it is.
        """
        if not assigned:
            kept = self._kept(table, (table.primary_key or table.column_names)[0])
            skip = f"IF(LAST_INSERT_ID({NOT_INSERTED}), {kept}, {kept})"
            return f"ON DUPLICATE KEY UPDATE {kept} = {skip}"
        values = {name: self._new(name) for name in assigned}
        if table.numbered_key is not None and table.numbered_key not in values:
            met = self._kept(table, table.numbered_key)
            values[table.numbered_key] = f"LAST_INSERT_ID({met})"
        guard = guard_column(table, target)
        if guard is not None:
            same = " AND ".join(
                f"{self._kept(table, name)} = {self._new(name)}" for name in target
            )
            value = values.pop(guard, self._kept(table, guard))
            # NULL in a numbered key would be a 0
            fault = "'another key'" if guard == table.numbered_key else "NULL"
            values = {guard: f"IF({same}, {value}, {fault})", **values}
        updates = ", ".join(
            f"{self._kept(table, name)} = {value}" for name, value in values.items()
        )
        alias = f"AS {_NEW_ROW} " if self.flavour.has_row_alias else ""
        return f"{alias}ON DUPLICATE KEY UPDATE {updates}"

    def _kept(self, table: Table, name: str) -> str:
        """Return a column of the row that is there."""
        return f"{self.quote(table.name)}.{self.quote(name)}"

    def _new(self, name: str) -> str:
        """Return a column of the row that was to be inserted."""
        if self.flavour.has_row_alias:
            return f"{_NEW_ROW}.{self.quote(name)}"
        return f"VALUES({self.quote(name)})"

    def default_row(self, table: Table) -> str:
        """Return an empty list of columns and of values."""
        return "() VALUES ()"

    # --- raw SQL ---------------------------------------------------------------------

    def refused_statement(self, verb: str, words: Sequence[str]) -> Optional[str]:
        """Refuse what the driver does itself, and what would stay on a connection."""
        return refusal(verb, words)

    # --- definitions -----------------------------------------------------------------

    def fitted(self, table: Table) -> Table:
        """Texts in keys have a length."""
        return fitted(table)

    def table_options(self) -> str:
        """Say what the server's settings could say otherwise."""
        return (
            "ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4"
            f" COLLATE {self.flavour.collation}"
        )

    def numbered_key(self, column: Column) -> str:
        """InnoDB numbers the rows; the numbers of deleted rows are not used again."""
        return f"{self.quote(column.name)} bigint NOT NULL AUTO_INCREMENT PRIMARY KEY"

    def column_extras(self, column: Column) -> str:
        """Text is compared by code points."""
        if column.type in (LogicalType.TEXT, LogicalType.JSON):
            return f"CHARACTER SET utf8mb4 COLLATE {self.flavour.collation}"
        if column.type is LogicalType.UUID:
            return "CHARACTER SET ascii COLLATE ascii_bin"
        return ""

    def index_terms(self, table: Table, index: Index) -> List[str]:
        """Long texts are indexed by how they begin, but for uniqueness."""
        columns = [table.by_name[name] for name in index.column_names]
        prefixes = [None if index.unique else size for size in index_prefixes(columns)]
        sizes = ["" if prefix is None else f"({prefix})" for prefix in prefixes]
        return [
            f"{self.quote(member.name)}{size} {member.direction.value}"
            for member, size in zip(index.columns, sizes)
        ]

    def drop_index(self, table_name: str, index_name: str) -> str:
        """An index belongs to its table."""
        return (
            f"ALTER TABLE {self.quote(table_name)} DROP INDEX {self.quote(index_name)}"
        )

    def altered_column(self, table: Table, before: Column, after: Column) -> List[str]:
        """Define the column anew."""
        whole = self.fitted(table)
        column = whole.by_name[after.name]
        return [f"MODIFY COLUMN {column_definition(whole, column, self)}"]

    def merged(
        self,
        before: Table,
        after: Table,
        renamed_columns: Mapping[str, str],
        statements: Sequence[str],
    ) -> List[str]:
        """Each statement commits by itself, and may copy the table."""
        change = MergedChange(before, after, renamed_columns, self)
        return change.merged(statements)

    def spelt(self, key: ForeignKey, target: Table) -> ForeignKey:
        """InnoDB takes the columns only in the order of the key that has them."""
        named = super().spelt(key, target)
        keys = target.unique_keys
        if named.references in keys:
            return named
        columns = sorted(named.references)
        same = [names for names in keys if sorted(names) == columns]
        return named.in_order_of(same[0]) if same else named

    def dropped_constraint(self, table: Table, name: str) -> str:
        """Constraints of each kind go in a way of their own."""
        if name == table.primary_key_name:
            return "DROP PRIMARY KEY"
        if any(key.name == name for key in table.foreign_keys):
            return f"DROP FOREIGN KEY {self.quote(name)}"
        if any(unique.name == name for unique in table.uniques):
            return f"DROP INDEX {self.quote(name)}"
        return f"DROP CONSTRAINT {self.quote(name)}"


def guard_column(table: Table, target: Sequence[str]) -> Optional[str]:
    """Return the column that makes an upsert fail which meets another key than its
    target, None where there is no other key, or no column that would do."""
    if all(frozenset(key) == frozenset(target) for key in table.unique_keys):
        return None
    if table.numbered_key is not None:
        return table.numbered_key
    return next((column.name for column in table.columns if not column.nullable), None)


def needs_guard(table: Table, target: Sequence[str]) -> bool:
    """Tell whether an upsert over ``target`` may meet another key, and no column can
    guard it."""
    others = [k for k in table.unique_keys if frozenset(k) != frozenset(target)]
    return bool(others) and guard_column(table, target) is None
