"""The SQL that creates and drops tables and indexes.

Names are always quoted.  Foreign keys, composite keys and checks stand at the level of
the table, once.
"""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Sequence

from ..exceptions import UnsupportedError
from ..schema import (
    CheckConstraint,
    Column,
    DefaultExpression,
    ForeignKey,
    Index,
    PartialCondition,
    Table,
)
from .base import Dialect
from .column_codec import ColumnCodec
from .condition_text import ConditionText
from .sql_scanner import check_expression
from .where_reader import WhereReader


def create_table(table: Table, dialect: Dialect) -> List[str]:
    """Return the statements that create a table and its indexes, in their order.

    Raises:
        UnsupportedError: the dialect lacks what the table asks for.
        DriverQueryError: a check or a condition is no expression.
    """
    parts = [column_definition(table, column, dialect) for column in table.columns]
    if table.primary_key and table.numbered_key is None:
        parts.append(
            _named(table.primary_key_name, dialect)
            + f"PRIMARY KEY ({_listed(table.primary_key, dialect)})"
        )
    parts += [
        _named(unique.name, dialect) + f"UNIQUE ({_listed(unique.columns, dialect)})"
        for unique in table.uniques
    ]
    parts += [foreign_key(key, dialect) for key in table.foreign_keys]
    parts += [_check(check, dialect) for check in table.checks]
    body = ", ".join(parts)
    created = [f"CREATE TABLE {dialect.quote(table.name)} ({body})"]
    return created + [create_index(table, index, dialect) for index in table.indexes]


def drop_table(name: str, dialect: Dialect) -> str:
    """Return the statement that drops a table, and its indexes with it."""
    return f"DROP TABLE {dialect.quote(name)}"


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
    default = _default(column, dialect)
    if default is not None:
        words.append(f"DEFAULT {default}")
    return " ".join(words)


def _default(column: Column, dialect: Dialect) -> Optional[str]:
    """Return a default as SQL, None for none."""
    default = column.default
    if default is None:
        return None
    if isinstance(default, DefaultExpression):
        return dialect.default_expression(column, default.function)
    encode = dialect.storage(column).encode
    stored: Any = encode((default.value,))[0] if encode else default.value
    return dialect.literal(stored)


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


def _check(check: CheckConstraint, dialect: Dialect) -> str:
    """Return a check of a table."""
    expression = check_expression(check.expression, dialect.lexicon, "a check")
    # On a line of its own: the expression may end in a comment.
    return f"{_named(check.name, dialect)}CHECK ({expression}\n)"


def create_index(table: Table, index: Index, dialect: Dialect) -> str:
    """Return the statement that creates an index.

    Raises:
        UnsupportedError: the dialect has no such index.
    """
    if index.fulltext and not dialect.has_fulltext:
        raise UnsupportedError(
            f"{dialect.name} offers no fulltext indexes (index {index.name!r} of table"
            f" {table.name!r})",
            table=table.name,
        )
    columns = ", ".join(
        f"{dialect.quote(column.name)} {column.direction.value}"
        for column in index.columns
    )
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
    return f"{created} WHERE {_partial_condition(table, index.where, dialect)}"


def drop_index(table: Table, index: Index, dialect: Dialect) -> str:
    """Return the statement that drops an index."""
    return f"DROP INDEX {dialect.quote(index.name)}"


def _partial_condition(
    table: Table, condition: PartialCondition, dialect: Dialect
) -> str:
    """Return the condition of a partial index, with literals for its values."""
    if condition.sql is not None:
        return check_expression(
            condition.sql, dialect.lexicon, "the condition of an index"
        )
    codecs = {
        name: ColumnCodec(rule, dialect.storage(rule.column), dialect.quote(name))
        for name, rule in table.rules().items()
    }
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
