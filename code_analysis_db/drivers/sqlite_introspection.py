"""Reads from a SQLite file what a table looks like.

What the driver's own catalogue says of a column holds as long as the file agrees; the
rest (tables made with raw SQL or by other programs, columns added by them) is taken
from the declared types.  One that the driver itself declares (``DATETIME TEXT``) has
its logical type; any other has the one of what SQLite stores under it, so that values
are read as they are: a ``TIMESTAMP`` of another program is TEXT, its ``BOOLEAN`` an
INTEGER, its ``NUMERIC`` a REAL.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import attrs

from ..dialects.sqlite import SQLiteDialect
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
from .sqlite_session import SQLiteSession
from .table_description import TableDescription

_BY_WORD: List[Tuple[Tuple[str, ...], LogicalType]] = [
    (("INT", "BOOL"), LogicalType.INTEGER),
    (("CHAR", "CLOB", "TEXT", "DATE", "TIME", "JSON", "UUID"), LogicalType.TEXT),
    (("BLOB",), LogicalType.BLOB),
]
_STRING = re.compile(r"'(?:[^']|'')*'")
_BYTES = re.compile(r"[xX]'(?P<hex>(?:[0-9a-fA-F]{2})*)'")
_WORDS: Mapping[str, Any] = {"NULL": None, "TRUE": True, "FALSE": False}
_WHERE = re.compile(r"\)\s*WHERE\s+(?P<condition>.+)\Z", re.IGNORECASE | re.DOTALL)


def describe(
    session: SQLiteSession, name: str, stored: Optional[Table], dialect: SQLiteDialect
) -> Optional[TableDescription]:
    """Describe a table or view, None where there is none of that name.

    Args:
        stored: what the catalogue says of it.
    """
    exists = session.query(
        "SELECT 1 FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')",
        (name,),
    )
    if not exists:
        return None
    columns = session.query(
        'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?)'
        " WHERE hidden <> 1",
        (name,),
    )
    native_types = {column[0]: column[1] for column in columns}
    if stored is not None and native_types == {
        column.name: dialect.native_type(column) for column in stored.columns
    }:
        return TableDescription(stored, native_types, {})
    known = {} if stored is None else stored.by_name
    defaults: Dict[str, Any] = {}
    made = []
    for column_name, declared, not_null, default, key in columns:
        before = known.get(column_name)
        if before is not None and dialect.native_type(before) == declared:
            made.append(before)
            continue
        column = _column_of_type(column_name, declared, dialect)
        made.append(attrs.evolve(column, nullable=not not_null and not key))
        if default is not None:
            defaults[column_name] = _default(default, declared, dialect)
    table = _table(session, name, made, columns)
    return TableDescription(table, native_types, defaults)


def _default(sql: str, declared: str, dialect: SQLiteDialect) -> Any:
    """Return a default as a Python value, or as ``{"expression": …}``."""
    try:
        value = _literal(sql)
        decode = dialect.native_decoder(declared)
        if decode is None or value is None:
            return value
        return decode([value])[0]
    except (ValueError, LookupError, ArithmeticError, TypeError):
        return {"expression": sql}


def _column_of_type(name: str, declared: str, dialect: SQLiteDialect) -> Column:
    """Return a column of the declared type, the driver's own or any other."""
    plain, _, sizes = declared.upper().partition("(")
    for logical in LogicalType:
        for timezone in (False, logical is LogicalType.DATETIME):
            column = Column(name, logical, timezone=timezone)
            if dialect.native_type(column).partition("(")[0] == plain.strip():
                return _with_sizes(column, [int(n) for n in re.findall(r"\d+", sizes)])
    for words, logical in _BY_WORD:
        if any(word in plain for word in words):
            return Column(name, logical)
    return Column(name, LogicalType.REAL if plain else LogicalType.TEXT)


def _with_sizes(column: Column, sizes: Sequence[int]) -> Column:
    """Return the column with the sizes that its declared type has in parentheses."""
    if column.type is LogicalType.DECIMAL and len(sizes) == 2:
        return attrs.evolve(column, precision=sizes[0], scale=sizes[1])
    if column.type is LogicalType.TEXT and len(sizes) == 1:
        return attrs.evolve(column, length=sizes[0])
    return column


def _literal(sql: str) -> Any:
    """Return the value of an SQL literal.

    Raises:
        ValueError: the text is an expression.
    """
    text = sql.strip()
    if text.upper() in _WORDS:
        return _WORDS[text.upper()]
    if _STRING.fullmatch(text):
        return text[1:-1].replace("''", "'")
    found = _BYTES.fullmatch(text)
    if found:
        return bytes.fromhex(found["hex"])
    try:
        return int(text)
    except ValueError:
        return float(text)


def _table(
    session: SQLiteSession,
    name: str,
    columns: Sequence[Column],
    found: Sequence[Sequence[Any]],
) -> Table:
    """Return the table with its keys, foreign keys and indexes."""
    key = tuple(row[0] for row in sorted(found, key=_key_place) if row[4])
    uniques: List[UniqueConstraint] = []
    indexes: List[Index] = []
    for index_name, unique, origin, partial in session.query(
        'SELECT name, "unique", origin, partial FROM pragma_index_list(?)'
        " ORDER BY seq DESC",
        (name,),
    ):
        parts = session.query(
            'SELECT name, "desc" FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno',
            (index_name,),
        )
        names = tuple(part[0] for part in parts)
        if origin == "u":
            uniques.append(UniqueConstraint(names))
        elif origin == "pk" and len(names) == 1 and _is_integer(names[0], columns):
            # no alias of the rowid: SQLite does not number it
            uniques.append(UniqueConstraint(names))
            key = ()
        elif origin == "c" and None not in names:
            indexes.append(_index(session, index_name, parts, unique, partial))
    return Table(
        name=name,
        columns=tuple(columns),
        primary_key=key,
        uniques=tuple(uniques),
        foreign_keys=tuple(_foreign_keys(session, name)),
        indexes=tuple(indexes),
    )


def _key_place(row: Sequence[Any]) -> int:
    """Return the place of a row of ``table_xinfo`` in the primary key."""
    return int(row[4])


def _is_integer(name: str, columns: Sequence[Column]) -> bool:
    """Whether the column of that name is an INTEGER."""
    return any(c.name == name and c.type is LogicalType.INTEGER for c in columns)


def _index(
    session: SQLiteSession,
    name: str,
    parts: Sequence[Sequence[Any]],
    unique: int,
    partial: int,
) -> Index:
    """Return the index of that name."""
    where = None
    if partial:
        ((sql,),) = session.query(
            "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
        )
        found = _WHERE.search(sql)
        where = PartialCondition(sql=found["condition"] if found else sql)
    columns = tuple(
        IndexColumn(column, Direction.DESC if descending else Direction.ASC)
        for column, descending in parts
    )
    return Index(name=name, columns=columns, unique=bool(unique), where=where)


def _foreign_keys(session: SQLiteSession, name: str) -> List[ForeignKey]:
    """Return the foreign keys of a table."""
    keys: Dict[int, List[Sequence[Any]]] = {}
    for row in session.query(
        'SELECT id, "table", "from", "to", on_delete, on_update'
        " FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq",
        (name,),
    ):
        keys.setdefault(row[0], []).append(row)
    return [
        ForeignKey(
            columns=tuple(row[2] for row in rows),
            table=rows[0][1],
            references=tuple(row[3] for row in rows if row[3] is not None),
            on_delete=ReferenceAction(rows[0][4]),
            on_update=ReferenceAction(rows[0][5]),
        )
        for rows in keys.values()
    ]
