"""Reads from PostgreSQL's catalogue what a table looks like.

What the driver's own catalogue says of a column holds as long as the server agrees; the
rest (tables made with raw SQL or by other programs, columns added by them) is taken
from the native types.  A type that has no logical one is TEXT, as far as the server
gives and takes its values as text.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from ..dialects.postgres import PostgresDialect
from ..enums import Direction, LogicalType, ReferenceAction
from ..schema import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    PartialCondition,
    Table,
    UniqueConstraint,
)
from .postgres_names import with_names
from .postgres_session import PostgresSession
from .table_description import TableDescription

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
 pg_get_expr(d.adbin, d.adrelid),
 pg_get_serial_sequence(a.attrelid::regclass::text, a.attname), t.typname, a.atttypmod
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""

_CONSTRAINTS = """
SELECT c.contype, c.conname,
 (SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place)
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
 f.relname,
 (SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM unnest(c.confkey) WITH ORDINALITY AS k(number, place)
  JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number),
 c.confdeltype, c.confupdtype
FROM pg_constraint c LEFT JOIN pg_class f ON f.oid = c.confrelid
WHERE c.conrelid = %s AND c.contype IN ('p', 'u', 'f', 'c') ORDER BY c.oid"""

_INDEXES = """
SELECT r.relname, i.indisunique, pg_get_expr(i.indpred, i.indrelid),
 (SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
  WHERE k.place <= i.indnkeyatts),
 i.indoption::int[]
FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
WHERE i.indrelid = %s AND i.indisvalid
 AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid
  AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indexrelid"""

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

_LITERAL = re.compile(r"'(?P<text>(?:[^']|'')*)'(?:::[\w\s\"().]+)?")
_NUMBER = re.compile(r"\(?'?(?P<number>-?\d+(?:\.\d+)?)'?\)?(?:::[\w\s]+)?")
_WORDS: Mapping[str, Any] = {"true": True, "false": False}


def describe(
    session: PostgresSession,
    name: str,
    stored: Optional[Table],
    dialect: PostgresDialect,
) -> Optional[TableDescription]:
    """Describe a table or view, None where there is none of that name.

    Args:
        stored: what the catalogue says of it.
    """
    relation = _relation(session, name)
    if relation is None:
        return None
    columns = session.query(_COLUMNS, (relation,))
    native_types = {column[0]: column[1] for column in columns}
    if stored is not None and native_types == {
        column.name: dialect.native_type(column) for column in stored.columns
    }:
        constraints = session.query(_CONSTRAINTS, (relation,))
        return TableDescription(with_names(stored, constraints), native_types, {})
    known = {} if stored is None else stored.by_name
    defaults: Dict[str, Any] = {}
    made = []
    for column_name, native, not_null, default, sequence, type_name, size in columns:
        before = known.get(column_name)
        if before is not None and dialect.native_type(before) == native:
            made.append(before)
            continue
        numbered = sequence is not None
        column = _column(column_name, type_name, size)
        made.append(attrs.evolve(column, nullable=not not_null, autoincrement=numbered))
        if default is not None and not numbered:
            defaults[column_name] = _default(default, column, dialect)
    table = _table(session, name, relation, made)
    return TableDescription(table, native_types, defaults)


def _relation(session: PostgresSession, name: str) -> Optional[int]:
    """Return the object id of a table or view in the current schema."""
    found = session.query(
        "SELECT oid FROM pg_class WHERE relname = %s AND relkind IN"
        " ('r', 'p', 'v', 'm', 'f') AND relnamespace = current_schema()::regnamespace",
        (name,),
    )
    return int(found[0][0]) if found else None


def _column(name: str, type_name: str, size: int) -> Column:
    """Return a column of a native type."""
    logical = _TYPES.get(type_name, LogicalType.TEXT)
    column = Column(name, logical, timezone=type_name == "timestamptz")
    if type_name == "varchar" and size > _HEADER:
        return attrs.evolve(column, length=size - _HEADER)
    if logical is LogicalType.DECIMAL:
        precision, scale = _WIDEST
        if size >= _HEADER:
            precision, scale = (size - _HEADER) >> 16, (size - _HEADER) & 0x7FF
        return attrs.evolve(column, precision=precision, scale=scale)
    return column


def _default(sql: str, column: Column, dialect: PostgresDialect) -> Any:
    """Return a default as a Python value, or as ``{"expression": …}``."""
    if sql.startswith("NULL"):
        return None
    if sql in _WORDS:
        return _WORDS[sql]
    number, text = _NUMBER.fullmatch(sql), _LITERAL.fullmatch(sql)
    if column.type is LogicalType.INTEGER and number and "." not in number["number"]:
        return int(number["number"])
    if column.type is LogicalType.REAL and number:
        return float(number["number"])
    if column.type is LogicalType.TEXT and text:
        return text["text"].replace("''", "'")
    return {"expression": sql}


def _table(
    session: PostgresSession, name: str, relation: int, columns: Sequence[Column]
) -> Table:
    """Return the table with its keys, foreign keys and indexes."""
    primary_key: Tuple[str, ...] = ()
    key_name: Optional[str] = None
    uniques: List[UniqueConstraint] = []
    foreign_keys: List[ForeignKey] = []
    for kind, constraint, own, other, others, on_delete, on_update in session.query(
        _CONSTRAINTS, (relation,)
    ):
        if kind == "p":
            primary_key, key_name = tuple(own), constraint
        elif kind == "u":
            uniques.append(UniqueConstraint(tuple(own), constraint))
        elif kind == "f":
            foreign_keys.append(
                ForeignKey(
                    columns=tuple(own),
                    table=other,
                    references=tuple(others),
                    on_delete=_ACTIONS[on_delete],
                    on_update=_ACTIONS[on_update],
                    name=constraint,
                )
            )
    if _is_unnumbered(primary_key, columns):
        # the server does not number it, so that it is a key like any other
        uniques.insert(0, UniqueConstraint(primary_key, key_name))
        primary_key, key_name = (), None
    return Table(
        name=name,
        columns=tuple(columns),
        primary_key=primary_key,
        primary_key_name=key_name,
        uniques=tuple(uniques),
        foreign_keys=tuple(foreign_keys),
        indexes=tuple(_indexes(session, relation)),
    )


def _is_unnumbered(key: Sequence[str], columns: Sequence[Column]) -> bool:
    """Tell whether a key is a single integer column without a sequence."""
    return len(key) == 1 and any(
        column.name == key[0]
        and column.type is LogicalType.INTEGER
        and not column.autoincrement
        for column in columns
    )


def _indexes(session: PostgresSession, relation: int) -> List[Index]:
    """Return the indexes on columns that are no constraint's."""
    indexes = []
    for name, unique, condition, names, options in session.query(_INDEXES, (relation,)):
        if not names or None in names:
            # over an expression
            continue
        indexes.append(
            Index(
                name=name,
                columns=tuple(
                    IndexColumn(
                        column,
                        Direction.DESC if option & _DESCENDING else Direction.ASC,
                    )
                    for column, option in zip(names, options)
                ),
                unique=unique,
                where=PartialCondition(sql=condition) if condition else None,
            )
        )
    return indexes
