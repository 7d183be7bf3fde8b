"""Reads from a SQLite file what tables look like.

A type that the driver itself declares (``DATETIME TEXT``) has its logical type; any
other has the one of what SQLite stores under it, so that values are read as they are: a
``TIMESTAMP`` of another program is TEXT, its ``BOOLEAN`` an INTEGER, its ``NUMERIC`` a
REAL.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

import attrs

from ...enums import DefaultFunction, Direction, LogicalType, ReferenceAction
from ...schema import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    PartialCondition,
    Table,
    UniqueConstraint,
)
from ...schema.column import Default
from ..sqlite_session import SQLiteSession
from .native_default import default_of
from .native_table import NativeColumn, NativeTable
from .reader import TableReader
from .sqlite_query import (
    COLUMNS,
    FOREIGN_KEYS,
    INDEX_COLUMNS,
    INDEX_TEXTS,
    INDEXES,
    NAMES,
    ONE,
    SCHEMA,
    SHADOWS,
    TEXTS,
)
from .sqlite_text import condition_of, fulltext_indexes, read_create_table

_BY_WORD: List[Tuple[Tuple[str, ...], LogicalType]] = [
    (("INT", "BOOL"), LogicalType.INTEGER),
    (("CHAR", "CLOB", "TEXT", "DATE", "TIME", "JSON", "UUID"), LogicalType.TEXT),
    (("BLOB",), LogicalType.BLOB),
]
_STRING = re.compile(r"'(?:[^']|'')*'")
_BYTES = re.compile(r"[xX]'(?P<hex>(?:[0-9a-fA-F]{2})*)'")
_NUMBER = re.compile(r"[+-]?\s*\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_WORDS = {"TRUE": "1", "FALSE": "0"}
_COMPUTED = (2, 3)
"""What ``hidden`` says of a generated column, virtual or stored."""
_TELLS_SHADOWS = sqlite3.sqlite_version_info >= (3, 37)


class SQLiteReader(TableReader[SQLiteSession]):
    """Reads the tables of a file.

    A table's only constraint row is the text of its CREATE TABLE; indexes are rows of
    name and text, that of a fulltext one's trigger.  A column's detail is its place in
    the primary key, 0 for none.
    """

    def names(self, session: SQLiteSession) -> List[str]:
        """Return the names of the tables, sorted, but for SQLite's own."""
        found = [name for (name,) in session.query(NAMES)]
        return [name for name in found if not name.startswith("sqlite_")]

    def read(
        self, session: SQLiteSession, name: Optional[str] = None
    ) -> Dict[str, NativeTable]:
        """Return tables by their names."""
        which, params = (SCHEMA, ()) if name is None else (ONE, (name,))
        left_out = self._shadows(session) if name is None else set()
        tables: Dict[str, NativeTable] = {}
        for table_name, sql in session.query(TEXTS.format(which), params):
            if table_name not in left_out and not table_name.startswith("sqlite_"):
                tables[table_name] = NativeTable(table_name, constraints=[[sql]])
        for (
            table_name,
            column,
            declared,
            not_null,
            default,
            key,
            hidden,
        ) in session.query(COLUMNS.format(which), params):
            if table_name in tables:
                tables[table_name].columns.append(
                    NativeColumn(
                        column,
                        declared,
                        not not_null and not key,
                        default,
                        hidden in _COMPUTED,
                        False,
                        [key],
                    )
                )
        for table_name, *row in session.query(INDEX_TEXTS.format(which), params):
            if table_name in tables:
                tables[table_name].indexes.append(row)
        return tables

    def _shadows(self, session: SQLiteSession) -> Set[str]:
        """Return the names of virtual tables and of those beneath them."""
        if not _TELLS_SHADOWS:
            return set()
        return {name for (name,) in session.query(SHADOWS)}

    def column(self, native: NativeColumn) -> Column:
        """Return a column of the declared type, the driver's own or any other."""
        column = self._column_of_type(native.name, native.type)
        return attrs.evolve(column, nullable=native.nullable)

    def _column_of_type(self, name: str, declared: str) -> Column:
        """Return a column of a declared type."""
        plain, _, sizes = declared.upper().partition("(")
        for logical in LogicalType:
            for timezone in (False, logical is LogicalType.DATETIME):
                column = Column(name, logical, timezone=timezone)
                native = self._dialect.native_type(column)
                if native.partition("(")[0] == plain.strip():
                    return _with_sizes(column, [*map(int, re.findall(r"\d+", sizes))])
        for words, logical in _BY_WORD:
            if any(word in plain for word in words):
                return Column(name, logical)
        return Column(name, LogicalType.REAL if plain else LogicalType.TEXT)

    def default(self, native: NativeColumn, column: Column) -> Default:
        """Return the default of a column."""
        sql = (native.default or "").strip()
        if sql.upper() == "NULL":
            return None
        return default_of(column, _literal(sql), sql, self._functions(column))

    def _functions(self, column: Column) -> Dict[str, DefaultFunction]:
        """Return what the driver's own expressions are told as."""
        return {
            self._dialect.default_expression(column, function)[1:-1]: function
            for function in DefaultFunction
        }

    def named(self, table: Table, native: NativeTable) -> Table:
        """Return the table: SQLite gives no names."""
        return table

    def made(
        self, session: SQLiteSession, native: NativeTable, columns: Sequence[Column]
    ) -> Table:
        """Return the table with all its keys, checks and indexes as they are there."""
        text = read_create_table(native.constraints[0][0])
        key = tuple(
            c.name for c in sorted(native.columns, key=_key_place) if _in_key(c)
        )
        key_name = text.primary_key_name
        uniques: List[UniqueConstraint] = []
        indexes: List[Index] = []
        texts = {name: sql for name, sql in native.indexes}
        for name, unique, origin, partial in session.query(INDEXES, (native.name,)):
            parts = session.query(INDEX_COLUMNS, (name,))
            names = tuple(part[0] for part in parts)
            if origin == "u":
                stated = text.unique_names.get(tuple(n.lower() for n in names))
                uniques.append(UniqueConstraint(names, stated))
            elif origin == "pk" and len(names) == 1 and _is_integer(names[0], columns):
                # no alias of the rowid: SQLite does not number it
                uniques.append(UniqueConstraint(names, key_name))
                key, key_name = (), None
            elif origin == "c" and None not in names:
                sql = texts[name] if partial else None
                indexes.append(_index(name, parts, bool(unique), sql))
        indexes += fulltext_indexes(native.indexes)
        numbered = key[0] if len(key) == 1 and _is_integer(key[0], columns) else None
        return Table(
            name=native.name,
            columns=tuple(
                attrs.evolve(c, autoincrement=True) if c.name == numbered else c
                for c in columns
            ),
            primary_key=key,
            primary_key_name=key_name,
            uniques=tuple(uniques),
            foreign_keys=_foreign_keys(session, native.name, text.foreign_key_names),
            checks=tuple(text.checks),
            indexes=tuple(indexes),
        )


def _with_sizes(column: Column, sizes: Sequence[int]) -> Column:
    """Return the column with the sizes that its declared type has in parentheses."""
    if column.type is LogicalType.DECIMAL and len(sizes) == 2:
        return attrs.evolve(column, precision=sizes[0], scale=sizes[1])
    if column.type is LogicalType.TEXT and len(sizes) == 1:
        return attrs.evolve(column, length=sizes[0])
    return column


def _literal(sql: str) -> Optional[str]:
    """Return the text of a literal, None for an expression."""
    if sql.upper() in _WORDS:
        return _WORDS[sql.upper()]
    if _STRING.fullmatch(sql):
        return sql[1:-1].replace("''", "'")
    found = _BYTES.fullmatch(sql)
    if found:
        return found["hex"]
    return sql if _NUMBER.fullmatch(sql) else None


def _key_place(column: NativeColumn) -> int:
    """Return the place of a column in the primary key, 0 for none."""
    place: int = column.details[0]
    return place


def _in_key(column: NativeColumn) -> bool:
    """Whether a column is in the primary key."""
    return _key_place(column) > 0


def _is_integer(name: str, columns: Sequence[Column]) -> bool:
    """Whether the column of that name is an INTEGER."""
    return any(c.name == name and c.type is LogicalType.INTEGER for c in columns)


def _index(
    name: str, parts: Sequence[Sequence[Any]], unique: bool, sql: Optional[str]
) -> Index:
    """Return an index; ``sql`` is the text of a partial one."""
    where = None if sql is None else PartialCondition(sql=condition_of(sql))
    columns = tuple(
        IndexColumn(column, Direction.DESC if descending else Direction.ASC)
        for column, descending in parts
    )
    return Index(name=name, columns=columns, unique=unique, where=where)


def _foreign_keys(
    session: SQLiteSession, table: str, names: Sequence[Optional[str]]
) -> Tuple[ForeignKey, ...]:
    """Return the foreign keys of a table; ``names`` are theirs, in order."""
    keys: Dict[int, List[Sequence[Any]]] = {}
    for row in session.query(FOREIGN_KEYS, (table,)):
        keys.setdefault(row[0], []).append(row)
    known = names if len(names) == len(keys) else [None] * len(keys)
    return tuple(
        ForeignKey(
            columns=tuple(row[2] for row in rows),
            table=rows[0][1],
            references=tuple(row[3] for row in rows if row[3] is not None),
            on_delete=ReferenceAction(rows[0][4]),
            on_update=ReferenceAction(rows[0][5]),
            name=name,
        )
        for rows, name in zip(keys.values(), known)
    )
