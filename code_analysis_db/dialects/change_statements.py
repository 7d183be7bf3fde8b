"""The SQL that makes a table what it is to be, from the difference.

Foreign keys stand apart: those of all tables go before anything else is changed, and
come when everything else is there.
"""

from __future__ import annotations

from typing import Callable, List, Tuple

import attrs

from ..schema import Column, ForeignKey, Table, TableDifference
from .base import Dialect
from .ddl import (
    check,
    column_definition,
    create_indexes,
    drop_indexes,
    foreign_key,
    primary_key,
    references,
    unique_key,
)
from .guard import is_passing

_UNNAMED_KEY = "PRIMARY"

Spell = Callable[[ForeignKey], ForeignKey]
"""Returns a foreign key as a statement is to write it."""


@attrs.frozen(slots=True)
class ChangeStatements:
    """The statements of one table's change.

    Attributes:
        drop_references: of the foreign keys that go.
        change: of everything else.
        add_references: of the foreign keys that come, under the table's new name.
    """

    drop_references: Tuple[str, ...]
    change: Tuple[str, ...]
    add_references: Tuple[str, ...]


def change_statements(
    difference: TableDifference, dialect: Dialect, spell: Spell
) -> ChangeStatements:
    """Return the statements of a difference that the database's ALTER can make."""
    before, after = difference.before, difference.after
    here = attrs.evolve(after, name=before.name)
    inline = () if dialect.alters_in_place else difference.added_foreign_keys
    changes = [
        *_going(difference, dialect),
        *_altered(difference, here, dialect),
        *_coming(difference, here, inline, dialect),
    ]
    # a column keeps the type that a foreign key gave it: the index for it stays, too
    freed = attrs.evolve(before, foreign_keys=_staying(difference))
    changes = dialect.merged(freed, here, difference.renamed_columns, changes)
    changes = dialect.guarded(difference, changes)
    if difference.renamed_to is not None:
        to = dialect.quote(difference.renamed_to)
        changes.append(f"{_alter(before, dialect)} RENAME TO {to}")
    return ChangeStatements(
        tuple(
            f"{_alter(before, dialect)} {dialect.dropped_constraint(before, key.name)}"
            for key in difference.dropped_foreign_keys
            if key.name is not None
        ),
        tuple(changes),
        tuple(
            added_reference(after, spell(key), dialect)
            for key in difference.added_foreign_keys
            if key not in inline
        ),
    )


def added_reference(table: Table, key: ForeignKey, dialect: Dialect) -> str:
    """Return the statement that adds a foreign key to a table."""
    return f"{_alter(table, dialect)} ADD {foreign_key(key, dialect)}"


def _alter(table: Table, dialect: Dialect) -> str:
    """Return how a change of a table starts."""
    return f"ALTER TABLE {dialect.quote(table.name)}"


def _staying(difference: TableDifference) -> Tuple[ForeignKey, ...]:
    """Return the foreign keys that stay, by the names before."""
    dropped = difference.dropped_foreign_keys
    return tuple(key for key in difference.before.foreign_keys if key not in dropped)


def _going(difference: TableDifference, dialect: Dialect) -> List[str]:
    """Return the statements that drop constraints, indexes and columns, and rename."""
    before = difference.before
    alter = _alter(before, dialect)
    names = [unique.name for unique in difference.dropped_uniques]
    names += [c.name for c in difference.dropped_checks if not is_passing(c.name)]
    statements = [
        f"{alter} {dialect.dropped_constraint(before, name)}"
        for name in names
        if name is not None
    ]
    if difference.has_new_primary_key and before.primary_key:
        name = before.primary_key_name or _UNNAMED_KEY
        named = attrs.evolve(before, primary_key_name=name)
        statements.append(f"{alter} {dialect.dropped_constraint(named, name)}")
    statements += drop_indexes(before, difference.dropped_indexes, dialect)
    statements += [
        f"{alter} DROP COLUMN {dialect.quote(column.name)}"
        for column in difference.dropped_columns
    ]
    return statements + [
        f"{alter} RENAME COLUMN {dialect.quote(old)} TO {dialect.quote(new)}"
        for old, new in difference.renamed_columns.items()
    ]


def _altered(difference: TableDifference, here: Table, dialect: Dialect) -> List[str]:
    """Return the statements that make columns what they are to be."""
    statements: List[str] = []
    for change in difference.changed_columns:
        was = attrs.evolve(change.before, name=change.after.name)
        clauses = dialect.altered_column(here, was, change.after)
        if clauses:
            statements.append(f"{_alter(here, dialect)} {', '.join(clauses)}")
    return statements


def _coming(
    difference: TableDifference,
    here: Table,
    inline: Tuple[ForeignKey, ...],
    dialect: Dialect,
) -> List[str]:
    """Return the statements that add columns, constraints and indexes."""
    alter = f"{_alter(here, dialect)} ADD"
    declared = dialect.fitted(here)
    statements = [
        f"{alter} COLUMN {_added_column(declared, column, inline, dialect)}"
        for column in difference.added_columns
    ]
    if difference.has_new_primary_key and here.primary_key:
        if here.numbered_key is None:
            statements.append(f"{alter} {primary_key(here, dialect)}")
    statements += [
        f"{alter} {unique_key(key, dialect)}" for key in difference.added_uniques
    ]
    statements += [f"{alter} {check(c, dialect)}" for c in difference.added_checks]
    return statements + create_indexes(here, difference.added_indexes, dialect)


def _added_column(
    table: Table, column: Column, inline: Tuple[ForeignKey, ...], dialect: Dialect
) -> str:
    """Return the definition of a new column, with its foreign key where that stands
    in it."""
    words = [column_definition(table, table.by_name[column.name], dialect)]
    words += [
        references(key, dialect) for key in inline if key.columns == (column.name,)
    ]
    return " ".join(words)
