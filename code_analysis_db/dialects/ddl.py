"""The SQL that creates and drops tables and indexes.

Names are always quoted.  Foreign keys, composite keys and checks stand at the level of
the table, once.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List, Optional, Sequence

from ..exceptions import UnsupportedError
from ..schema import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PartialCondition,
    Table,
    UniqueConstraint,
)
from .base import Dialect
from .column_codec import column_codecs
from .condition_text import ConditionText
from .fulltext import Fulltext
from .sql_scanner import check_expression
from .where_reader import WhereReader


def create_table(
    table: Table, dialect: Dialect, later: Sequence[ForeignKey] = ()
) -> List[str]:
    """Return the statements that create a table and its indexes, in their order.

    Args:
        table: as it is to be at last.
        dialect: of the database.
        later: those of its foreign keys that are added afterwards; their columns have
            the types that they need from the start.

    Raises:
        UnsupportedError: the dialect lacks what the table asks for.
        DriverQueryError: a check or a condition is no expression.
    """
    table = dialect.fitted(table)
    parts = [column_definition(table, column, dialect) for column in table.columns]
    if table.primary_key and table.numbered_key is None:
        parts.append(primary_key(table, dialect))
    parts += [unique_key(unique, dialect) for unique in table.uniques]
    parts += [foreign_key(k, dialect) for k in table.foreign_keys if k not in later]
    parts += [check(constraint, dialect) for constraint in table.checks]
    body = ", ".join(parts)
    words = [f"CREATE TABLE {dialect.quote(table.name)} ({body})"]
    words += filter(None, [dialect.table_options()])
    return [" ".join(words), *create_indexes(table, table.indexes, dialect)]


def drop_table(name: str, dialect: Dialect) -> str:
    """Return the statement that drops a table, and its indexes with it, but for what
    :func:`drop_rest` drops."""
    return f"DROP TABLE {dialect.quote(name)}"


def drop_rest(table: Table, dialect: Dialect) -> List[str]:
    """Return the statements that drop what is left of a table that was dropped."""
    if dialect.fulltext is None:
        return []
    return dialect.fulltext.dropped_with_table(table)


def column_definition(table: Table, column: Column, dialect: Dialect) -> str:
    """Return the definition of a column, without the keys that it is in."""
    if column.name == table.numbered_key:
        return dialect.numbered_key(column)
    words = [dialect.quote(column.name), dialect.native_type(column)]
    extras = dialect.column_extras(column)
    if extras:
        words.append(extras)
    if not column.nullable:
        words.append("NOT NULL")
    default = dialect.default_text(column)
    if default is not None:
        words.append(f"DEFAULT {default}")
    return " ".join(words)


def primary_key(table: Table, dialect: Dialect) -> str:
    """Return the primary key of a table."""
    named = _named(table.primary_key_name, dialect)
    return f"{named}PRIMARY KEY ({_listed(table.primary_key, dialect)})"


def unique_key(key: UniqueConstraint, dialect: Dialect) -> str:
    """Return a unique constraint of a table."""
    return f"{_named(key.name, dialect)}UNIQUE ({_listed(key.columns, dialect)})"


def foreign_key(key: ForeignKey, dialect: Dialect) -> str:
    """Return a foreign key of a table."""
    named = _named(key.name, dialect)
    columns = _listed(key.columns, dialect)
    return f"{named}FOREIGN KEY ({columns}) {references(key, dialect)}"


def references(key: ForeignKey, dialect: Dialect) -> str:
    """Return what a foreign key refers to."""
    words = [f"REFERENCES {dialect.quote(key.table)}"]
    if key.references:
        words.append(f"({_listed(key.references, dialect)})")
    if key.on_delete is not None:
        words.append(f"ON DELETE {key.on_delete.value}")
    if key.on_update is not None:
        words.append(f"ON UPDATE {key.on_update.value}")
    return " ".join(words)


def check(constraint: CheckConstraint, dialect: Dialect) -> str:
    """Return a check of a table."""
    expression = check_expression(constraint.expression, dialect.lexicon, "a check")
    # On a line of its own: the expression may end in a comment.
    named = _named(constraint.name, dialect)
    return f"{named}CHECK ({dialect.escape_raw(expression)}\n)"


def create_indexes(
    table: Table, indexes: Iterable[Index], dialect: Dialect
) -> List[str]:
    """Return the statements that create indexes; those of a fulltext one also fill it.

    Raises:
        UnsupportedError: the dialect has no such index.
    """
    statements: List[str] = []
    for index in indexes:
        if index.fulltext:
            statements += fulltext_of(dialect, table, index).created(table, index)
        else:
            statements.append(create_index(table, index, dialect))
    return statements


def drop_indexes(table: Table, indexes: Iterable[Index], dialect: Dialect) -> List[str]:
    """Return the statements that drop indexes."""
    statements: List[str] = []
    for index in indexes:
        if index.fulltext:
            statements += fulltext_of(dialect, table, index).dropped(table, index)
        else:
            statements.append(drop_index(table, index, dialect))
    return statements


def fulltext_of(dialect: Dialect, table: Table, index: Index) -> Fulltext:
    """Return what makes the fulltext indexes of a dialect.

    Raises:
        UnsupportedError: it has none.
    """
    if dialect.fulltext is None:
        raise UnsupportedError(
            f"{dialect.name} offers no fulltext indexes (index {index.name!r} of table"
            f" {table.name!r})",
            table=table.name,
        )
    return dialect.fulltext


def create_index(table: Table, index: Index, dialect: Dialect) -> str:
    """Return the statement that creates an index, which is no fulltext index.

    Raises:
        UnsupportedError: the dialect has no such index.
    """
    columns = ", ".join(dialect.index_terms(dialect.fitted(table), index))
    kind = "UNIQUE INDEX" if index.unique else "INDEX"
    created = (
        f"CREATE {kind} {dialect.quote(index.name)}"
        f" ON {dialect.quote(table.name)} ({columns})"
    )
    if index.where is None:
        return created
    if not dialect.has_partial_indexes:
        raise UnsupportedError(
            f"{dialect.name} offers no partial indexes (index {index.name!r} of table"
            f" {table.name!r})",
            table=table.name,
        )
    return f"{created} WHERE {partial_condition(table, index.where, dialect)}"


def drop_index(table: Table, index: Index, dialect: Dialect) -> str:
    """Return the statement that drops an index."""
    return dialect.drop_index(table.name, index.name)


def partial_condition(
    table: Table, condition: PartialCondition, dialect: Dialect
) -> str:
    """Return the condition of a partial index, with literals for its values."""
    if condition.sql is not None:
        return dialect.escape_raw(
            check_expression(
                condition.sql, dialect.lexicon, "the condition of an index"
            )
        )
    codecs = column_codecs(table, dialect)
    params: List[Any] = []
    reader = WhereReader(table.name, codecs, dialect, packs=False)
    shape = reader.read(condition.where, params)
    literals: Iterator[str] = map(dialect.literal, params)
    return ConditionText(codecs, dialect, literals).write(shape)


def _listed(names: Sequence[str], dialect: Dialect) -> str:
    """Return quoted names."""
    return ", ".join(map(dialect.quote, names))


def _named(name: Optional[str], dialect: Dialect) -> str:
    """Return how a constraint with a name starts."""
    return f"CONSTRAINT {dialect.quote(name)} " if name is not None else ""
