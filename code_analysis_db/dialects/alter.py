"""The SQL that changes a table as told, as far as the database's ALTER goes.

What would need the table to be built anew is refused by name.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

import attrs

from ..exceptions import UnsupportedError
from ..schema import Column, ForeignKey, Table
from .base import Dialect
from .ddl import (
    check,
    column_definition,
    create_index,
    drop_index,
    foreign_key,
    primary_key,
    references,
    unique_key,
)
from .table_change import (
    alter_columns,
    check_changes,
    check_renamed,
    dropped_indexes,
    renamed_definition,
    without_column,
    without_constraints,
)


@attrs.frozen(slots=True)
class Alteration:
    """A change of a table.

    Attributes:
        table: as it will be.
        statements: to run in one transaction; none where nothing was asked for.
        renamed_columns: old names to new.
        renamed_to: the table's new name, None where it stays.
    """

    table: Table
    statements: Sequence[str]
    renamed_columns: Mapping[str, str]
    renamed_to: Optional[str]


def alter_table(
    table: Table, changes: Mapping[str, Any], dialect: Dialect
) -> Alteration:
    """Return the statements of ``changes``: indexes, constraints and columns are
    dropped, columns renamed and altered, columns, constraints and indexes added, the
    table renamed, in this order.

    Raises:
        SchemaDefinitionError: ``changes`` or the resulting table has faults.
        UnknownColumnError: a column that is to go is not there.
        UnsupportedError: a change needs the table to be built anew.
    """
    check_changes(table, changes, dialect)
    renames: Dict[str, str] = dict(changes.get("rename_columns") or {})
    renamed_to: Optional[str] = changes.get("rename_to")
    alter = f"ALTER TABLE {dialect.quote(table.name)}"
    dropped = dropped_indexes(table, changes.get("drop_indexes") or ())
    statements = [drop_index(table, index, dialect) for index in dropped]
    kept = attrs.evolve(
        table, indexes=tuple(i for i in table.indexes if i not in dropped)
    )
    constraints = changes.get("drop_constraints") or ()
    unconstrained = without_constraints(kept, constraints)
    statements += [
        f"{alter} {dialect.dropped_constraint(kept, name)}" for name in constraints
    ]
    kept = unconstrained
    for name in changes.get("drop_columns") or ():
        kept = without_column(kept, name, dialect)
        statements.append(f"{alter} DROP COLUMN {dialect.quote(name)}")
    for old, new in renames.items():
        check_renamed(kept, old, dialect)
        statements.append(
            f"{alter} RENAME COLUMN {dialect.quote(old)} TO {dialect.quote(new)}"
        )
    definition = renamed_definition(kept, renames)
    before = Table.from_definition(definition)
    if changes.get("alter_columns"):
        alter_columns(definition, changes["alter_columns"])
        altered = Table.from_definition(definition)
        statements += _altered(before, altered, dialect)
        before = altered
    for key in ("columns", "constraints", "indexes"):
        definition[key] = definition[key] + list(changes.get(f"add_{key}") or ())
    wanted = Table.from_definition(definition)
    statements += _added(before, wanted, dialect)
    if renamed_to is not None:
        statements.append(f"{alter} RENAME TO {dialect.quote(renamed_to)}")
        renamed = {**wanted.to_definition(), "name": renamed_to}
        wanted = Table.from_definition(renamed).with_renames(table.name, renamed_to, {})
    return Alteration(wanted, tuple(statements), renames, renamed_to)


def _altered(before: Table, after: Table, dialect: Dialect) -> List[str]:
    """Return the statements that make columns what they are to be."""
    alter = f"ALTER TABLE {dialect.quote(after.name)}"
    statements: List[str] = []
    for old, new in zip(before.columns, after.columns):
        if old == new:
            continue
        if old.name == after.numbered_key:
            raise _unnumbered(after)
        clauses = dialect.altered_column(after, old, new)
        if clauses:
            statements.append(f"{alter} {', '.join(clauses)}")
    return statements


def _added(before: Table, wanted: Table, dialect: Dialect) -> List[str]:
    """Return the statements that add columns, constraints and indexes."""
    alter = f"ALTER TABLE {dialect.quote(wanted.name)} ADD"
    statements: List[str] = []
    keys: Dict[str, ForeignKey] = {
        key.columns[0]: key for key in wanted.foreign_keys if len(key.columns) == 1
    }
    inline: Set[ForeignKey] = set()
    declared = dialect.fitted(wanted)
    for column in declared.columns[len(before.columns) :]:
        fault = _added_column_fault(wanted, column, column.name in keys, dialect)
        if fault is not None:
            raise UnsupportedError(
                f"column {column.name!r} cannot be added to table {wanted.name!r}:"
                f" {fault}, which needs the table to be built anew",
                table=wanted.name,
                column=column.name,
            )
        text = column_definition(declared, column, dialect)
        if column.name in keys and dialect.has_inline_references:
            text += f" {references(keys[column.name], dialect)}"
            inline.add(keys[column.name])
        statements.append(f"{alter} COLUMN {text}")
    if dialect.alters_in_place:
        statements += [
            f"{alter} {constraint}"
            for constraint in _new_constraints(before, wanted, inline, dialect)
        ]
    added = wanted.indexes[len(before.indexes) :]
    return statements + [create_index(wanted, index, dialect) for index in added]


def _new_constraints(
    before: Table, wanted: Table, inline: Set[ForeignKey], dialect: Dialect
) -> List[str]:
    """Return the constraints that a table did not have, but for those that stand in
    the definition of a column."""
    added: List[str] = []
    numbered = wanted.numbered_key
    if wanted.primary_key != before.primary_key and numbered is None:
        added.append(primary_key(wanted, dialect))
    elif numbered is not None and before.numbered_key is None:
        if numbered in before.by_name:
            raise _unnumbered(wanted)
    added += [
        unique_key(key, dialect) for key in wanted.uniques if key not in before.uniques
    ]
    added += [
        foreign_key(key, dialect)
        for key in wanted.foreign_keys
        if key not in before.foreign_keys and key not in inline
    ]
    return added + [check(c, dialect) for c in wanted.checks if c not in before.checks]


def _key_fault(table: Table, name: str) -> Optional[str]:
    """Return which key keeps a column from being added, or None."""
    if name in table.primary_key:
        return "it is in the primary key"
    if any(name in unique.columns for unique in table.uniques):
        return "it is unique (add a unique index instead)"
    return None


def _unnumbered(table: Table) -> UnsupportedError:
    """Return the error for a column that is there and is to number the rows."""
    return UnsupportedError(
        f"the rows of table {table.name!r} have no numbers yet: an INTEGER column that"
        f" is there, {table.numbered_key!r}, cannot become the primary key",
        table=table.name,
        column=table.numbered_key,
    )


def _added_column_fault(
    table: Table, column: Column, refers: bool, dialect: Dialect
) -> Optional[str]:
    """Return why a column cannot be added to a table, or None."""
    if not dialect.alters_in_place:
        fault = _key_fault(table, column.name)
        if fault is not None:
            return fault
    elif column.name == table.numbered_key:
        # the rows that are there get numbers
        return None
    return dialect.added_column_fault(column, refers)
