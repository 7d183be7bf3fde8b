"""Reads from PostgreSQL's catalogue what tables look like.

A type that has no logical one is TEXT, as far as the server gives and takes its values
as text.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from ...enums import DefaultFunction, Direction, LogicalType, ReferenceAction
from ...schema import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    PartialCondition,
    Table,
    UniqueConstraint,
)
from ...schema.column import Default
from ..postgres_session import PostgresSession
from .constraint_name import with_names
from .native_default import default_of
from .native_table import NativeColumn, NativeTable
from .postgres_query import COLUMNS, CONSTRAINTS, INDEXES, NAMES, ONE, SCHEMA
from .reader import TableReader, is_hidden, is_unnumbered

_TYPES: Mapping[str, LogicalType] = {
    "int2": LogicalType.INTEGER,
    "int4": LogicalType.INTEGER,
    "int8": LogicalType.INTEGER,
    "oid": LogicalType.INTEGER,
    "float4": LogicalType.REAL,
    "float8": LogicalType.REAL,
    "bool": LogicalType.BOOLEAN,
    "timestamp": LogicalType.DATETIME,
    "timestamptz": LogicalType.DATETIME,
    "date": LogicalType.DATE,
    "time": LogicalType.TIME,
    "numeric": LogicalType.DECIMAL,
    "bytea": LogicalType.BLOB,
    "json": LogicalType.JSON,
    "jsonb": LogicalType.JSON,
    "uuid": LogicalType.UUID,
}
_ACTIONS = {
    "a": ReferenceAction.NO_ACTION,
    "r": ReferenceAction.RESTRICT,
    "c": ReferenceAction.CASCADE,
    "n": ReferenceAction.SET_NULL,
    "d": ReferenceAction.SET_DEFAULT,
}
_HEADER = 4
"""Bytes of a typmod that are no size."""
_WIDEST = (38, 10)
_DESCENDING = 1

_NOW = "(statement_timestamp() AT TIME ZONE 'UTC'::text)"
_FUNCTIONS = {
    _NOW: DefaultFunction.CURRENT_TIMESTAMP,
    "statement_timestamp()": DefaultFunction.CURRENT_TIMESTAMP,
    f"({_NOW})::date": DefaultFunction.CURRENT_DATE,
    f"({_NOW})::time without time zone": DefaultFunction.CURRENT_TIME,
}
_LITERAL = re.compile(r"'(?P<text>(?:[^']|'')*)'(?:::[\w\s\"().,]+)?")
_NUMBER = re.compile(r"\(?'?(?P<text>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)'?\)?(?:::[\w\s]+)?")
_WORDS = ("true", "false")
_BYTES = r"\x"


class PostgresReader(TableReader[PostgresSession]):
    """Reads the tables of the schema that is first in the search path.

    Constraints are rows of kind, name, columns, table and columns referred to, actions
    on delete and on update, expression, and whether old rows were looked at; indexes
    of name, whether unique, condition, columns, options, and the whole definition.
    """

    def names(self, session: PostgresSession) -> List[str]:
        """Return the names of the tables, sorted."""
        return sorted(name for (name,) in session.query(NAMES))

    def read(
        self, session: PostgresSession, name: Optional[str] = None
    ) -> Dict[str, NativeTable]:
        """Return tables by their names."""
        which, params = (SCHEMA, ()) if name is None else (ONE, (name,))
        tables: Dict[str, NativeTable] = {}
        for table_name, *row in session.query(COLUMNS.format(which), params):
            table = tables.get(table_name)
            if table is None:
                table = tables[table_name] = NativeTable(table_name)
            if row[0] is not None:
                table.add(_native_column(row))
        for table_name, *row in session.query(CONSTRAINTS.format(which), params):
            if table_name in tables:
                tables[table_name].constraints.append(row)
        for table_name, *row in session.query(INDEXES.format(which), params):
            if table_name in tables:
                tables[table_name].indexes.append(row)
        return tables

    def column(self, native: NativeColumn) -> Column:
        """Return a column of a native type."""
        type_name, size, _ = native.details
        logical = _TYPES.get(type_name, LogicalType.TEXT)
        column = Column(
            native.name,
            logical,
            nullable=native.nullable,
            timezone=type_name == "timestamptz",
            autoincrement=native.is_numbered,
        )
        if type_name in ("varchar", "bpchar") and size > _HEADER:
            return attrs.evolve(column, length=size - _HEADER)
        if logical is LogicalType.DECIMAL:
            precision, scale = _WIDEST
            if size >= _HEADER:
                precision, scale = (size - _HEADER) >> 16, (size - _HEADER) & 0x7FF
            return attrs.evolve(column, precision=precision, scale=scale)
        return column

    def default(self, native: NativeColumn, column: Column) -> Default:
        """Return the default of a column."""
        sql = native.default or ""
        if sql.startswith("NULL::"):
            return None
        return default_of(column, _literal(sql, column), sql, _FUNCTIONS)

    def named(self, table: Table, native: NativeTable) -> Table:
        """Return a table with the names that its constraints have in the database."""
        keys = _Constraints(native.constraints)
        return with_names(
            table, keys.primary_name, keys.uniques, keys.foreign_keys, keys.checks
        )

    def made(
        self,
        session: PostgresSession,
        native: NativeTable,
        columns: Sequence[Column],
    ) -> Table:
        """Return the table with all its keys, checks and indexes as they are there."""
        keys = _Constraints(native.constraints)
        if is_unnumbered(keys.primary, columns):
            keys.uniques.insert(0, UniqueConstraint(keys.primary, keys.primary_name))
            keys.primary, keys.primary_name = (), None
        return Table(
            name=native.name,
            columns=tuple(columns),
            primary_key=keys.primary,
            primary_key_name=keys.primary_name,
            uniques=tuple(keys.uniques),
            foreign_keys=tuple(keys.foreign_keys),
            checks=tuple(keys.checks),
            indexes=_indexes(native.indexes),
        )


class _Constraints:
    """The constraints that rows tell of."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        """Sort them by their kinds."""
        self.primary: Tuple[str, ...] = ()
        self.primary_name: Optional[str] = None
        self.uniques: List[UniqueConstraint] = []
        self.foreign_keys: List[ForeignKey] = []
        self.checks: List[CheckConstraint] = []
        for kind, name, own, table, others, on_delete, on_update, sql, _ in rows:
            if kind == "p":
                self.primary, self.primary_name = tuple(own), name
            elif kind == "u":
                self.uniques.append(UniqueConstraint(tuple(own), name))
            elif kind == "c":
                self.checks.append(CheckConstraint(sql, name))
            else:
                key = ForeignKey(
                    columns=tuple(own),
                    table=table,
                    references=tuple(others),
                    on_delete=_ACTIONS[on_delete],
                    on_update=_ACTIONS[on_update],
                    name=name,
                )
                self.foreign_keys.append(key)


def _native_column(row: Sequence[Any]) -> NativeColumn:
    """Return the column of a row of ``postgres_query.COLUMNS``."""
    name, native, nullable, default, generated, numbered, *details = row
    return NativeColumn(name, native, nullable, default, generated, numbered, details)


def _literal(sql: str, column: Column) -> Optional[str]:
    """Return the text of a literal, None for an expression."""
    if sql in _WORDS:
        return sql
    found = _LITERAL.fullmatch(sql) or _NUMBER.fullmatch(sql)
    if found is None:
        return None
    text = found["text"].replace("''", "'")
    if column.type is LogicalType.BLOB and text.startswith(_BYTES):
        return text[len(_BYTES) :]
    return text


def _indexes(rows: Sequence[Sequence[Any]]) -> Tuple[Index, ...]:
    """Return the indexes on columns; those over expressions are left out."""
    return tuple(
        Index(
            name=name,
            columns=tuple(
                IndexColumn(
                    column, Direction.DESC if option & _DESCENDING else Direction.ASC
                )
                for column, option in zip(names, options)
            ),
            unique=unique,
            where=PartialCondition(sql=condition) if condition else None,
        )
        for name, unique, condition, names, options, _ in rows
        if names and None not in names and not is_hidden(names)
    )
