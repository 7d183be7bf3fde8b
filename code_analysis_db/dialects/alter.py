"""The SQL that changes a table as told, as far as the database's ALTER goes.

What would need the table to be built anew is refused by name.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

import attrs

from ..exceptions import (
    SchemaDefinitionError,
    UnknownColumnError,
    UnsupportedError,
)
from ..schema import ForeignKey, Index, Table, near_hint
from ..short_repr import short_repr
from .base import Dialect
from .ddl import column_definition, create_index, drop_index, references
from .rename import renamed_where
from .sql_scanner import scan

CHANGE_KEYS = (
    "add_columns",
    "drop_columns",
    "rename_columns",
    "alter_columns",
    "add_constraints",
    "drop_constraints",
    "add_indexes",
    "drop_indexes",
    "rename_to",
)

_NEEDING_REBUILD = ("alter_columns", "add_constraints", "drop_constraints")


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
    """Return the statements of ``changes``: indexes and columns are dropped, columns
    renamed, columns and indexes added, the table renamed, in this order.

    Raises:
        SchemaDefinitionError: ``changes`` or the resulting table has faults.
        UnknownColumnError: a column that is to go is not there.
        UnsupportedError: a change needs the table to be built anew.
    """
    _check_changes(table, changes, dialect)
    renames: Dict[str, str] = dict(changes.get("rename_columns") or {})
    renamed_to: Optional[str] = changes.get("rename_to")
    dropped = _dropped_indexes(table, changes.get("drop_indexes") or ())
    statements = [drop_index(table, index, dialect) for index in dropped]
    kept = attrs.evolve(
        table, indexes=tuple(i for i in table.indexes if i not in dropped)
    )
    alter = f"ALTER TABLE {dialect.quote(table.name)}"
    for name in changes.get("drop_columns") or ():
        kept = _without_column(kept, name, dialect)
        statements.append(f"{alter} DROP COLUMN {dialect.quote(name)}")
    for old, new in renames.items():
        _check_renamed(kept, old, dialect)
        statements.append(
            f"{alter} RENAME COLUMN {dialect.quote(old)} TO {dialect.quote(new)}"
        )
    added_columns = changes.get("add_columns") or ()
    added_indexes = changes.get("add_indexes") or ()
    wanted = _wanted(kept, renames, added_columns, added_indexes)
    statements += _added(kept, wanted, dialect)
    if renamed_to is not None:
        statements.append(f"{alter} RENAME TO {dialect.quote(renamed_to)}")
        renamed = {**wanted.to_definition(), "name": renamed_to}
        wanted = Table.from_definition(renamed).with_renames(table.name, renamed_to, {})
    return Alteration(wanted, tuple(statements), renames, renamed_to)


def _check_changes(table: Table, changes: Any, dialect: Dialect) -> None:
    """Check the form of ``changes``, and that the dialect's ALTER can do them."""
    if not isinstance(changes, Mapping):
        raise SchemaDefinitionError(
            f"changes is a dict, not {short_repr(changes)}", table=table.name
        )
    faults: List[str] = []
    for key, value in changes.items():
        if key not in CHANGE_KEYS:
            hint = (
                near_hint(key, CHANGE_KEYS) or f"; known are {', '.join(CHANGE_KEYS)}"
            )
            faults.append(f"unknown change {short_repr(key)}{hint}")
        elif value is None:
            continue
        elif key == "rename_to":
            if not isinstance(value, str):
                faults.append(f"rename_to is a name, not {short_repr(value)}")
        elif key == "rename_columns":
            names = [*value, *value.values()] if isinstance(value, Mapping) else [None]
            if not all(isinstance(name, str) for name in names):
                faults.append(f"rename_columns is a dict, not {short_repr(value)}")
        elif not isinstance(value, (list, tuple)):
            faults.append(f"{key} is a list, not {short_repr(value)}")
    if faults:
        raise SchemaDefinitionError("; ".join(faults), table=table.name)
    for key in _NEEDING_REBUILD:
        if changes.get(key):
            raise UnsupportedError(
                f"{key} needs table {table.name!r} to be built anew, which"
                f" alter_table does not do on {dialect.name}",
                table=table.name,
            )


def _dropped_indexes(table: Table, names: Sequence[Any]) -> List[Index]:
    """Return the indexes that are to go."""
    by_name = {index.name: index for index in table.indexes}
    for name in names:
        if not isinstance(name, str) or name not in by_name:
            raise SchemaDefinitionError(
                f"table {table.name!r} has no index {short_repr(name)}"
                f"{near_hint(name, by_name)}",
                table=table.name,
            )
    return [by_name[name] for name in dict.fromkeys(names)]


def _known_column(table: Table, name: Any) -> str:
    """Return the name of a column that is there."""
    if not isinstance(name, str) or name not in table.by_name:
        raise UnknownColumnError(
            f"table {table.name!r} has no column {short_repr(name)}"
            f"{near_hint(name, table.by_name)}",
            table=table.name,
        )
    return name


def _without_column(table: Table, name: Any, dialect: Dialect) -> Table:
    """Return the table without a column that nothing else needs."""
    users = _users(table, _known_column(table, name), dialect)
    if users:
        raise UnsupportedError(
            f"column {name!r} of table {table.name!r} is in {', '.join(users)};"
            " drop its indexes in the same call, the rest needs the table to be built"
            " anew",
            table=table.name,
            column=name,
        )
    if len(table.columns) == 1:
        raise UnsupportedError(
            f"column {name!r} is the only one of table {table.name!r}",
            table=table.name,
            column=name,
        )
    rest = tuple(column for column in table.columns if column.name != name)
    return attrs.evolve(table, columns=rest)


def _users(table: Table, name: str, dialect: Dialect) -> List[str]:
    """Return what a column is in, in words."""
    users = ["the primary key"] if name in table.primary_key else []
    users += ["a unique constraint" for u in table.uniques if name in u.columns]
    users += ["a foreign key" for key in table.foreign_keys if name in key.columns]
    users += [f"index {i.name!r}" for i in table.indexes if name in i.column_names]
    users += _mentions(table, name, dialect)
    for index in table.indexes:
        where = index.where.where if index.where is not None else None
        if where is not None and renamed_where(where, {name: f"{name}?"}) != where:
            users.append(f"the condition of index {index.name!r}")
    return users


def _mentions(table: Table, name: str, dialect: Dialect) -> List[str]:
    """Return the SQL texts of a table that may name a column, in words."""
    texts = [("a check", check.expression) for check in table.checks]
    texts += [
        (f"the condition of index {index.name!r}", index.where.sql)
        for index in table.indexes
        if index.where is not None and index.where.sql is not None
    ]
    folded = name.casefold()
    return [
        subject
        for subject, sql in texts
        if any(
            piece.kind in ("word", "name") and folded in piece.text.casefold()
            for piece in scan(sql, dialect.lexicon)
        )
    ]


def _check_renamed(table: Table, name: str, dialect: Dialect) -> None:
    """Check that a column is there, and that no SQL text would go on naming it."""
    mentions = _mentions(table, _known_column(table, name), dialect)
    if mentions:
        raise UnsupportedError(
            f"column {name!r} of table {table.name!r} may be named in"
            f" {', '.join(mentions)}, which a rename does not follow",
            table=table.name,
            column=name,
        )


def _wanted(
    table: Table,
    renames: Mapping[str, str],
    added_columns: Sequence[Any],
    added_indexes: Sequence[Any],
) -> Table:
    """Return the table with columns renamed, and columns and indexes added."""

    def follow(names: Sequence[str]) -> List[str]:
        """Return column names as they are after the rename."""
        return [renames.get(name, name) for name in names]

    definition = table.with_renames(table.name, None, renames).to_definition()
    for column in definition["columns"]:
        column["name"] = renames.get(column["name"], column["name"])
    for constraint in definition["constraints"]:
        if "columns" in constraint:
            constraint["columns"] = follow(constraint["columns"])
    for described, index in zip(definition["indexes"], table.indexes):
        described["columns"] = [
            [renames.get(column.name, column.name), column.direction.value]
            for column in index.columns
        ]
        if renames and isinstance(described.get("where"), Mapping):
            described["where"] = renamed_where(described["where"], renames)
    definition["columns"] += added_columns
    definition["indexes"] += added_indexes
    return Table.from_definition(definition)


def _added(before: Table, wanted: Table, dialect: Dialect) -> List[str]:
    """Return the statements that add columns and indexes to the end of their lists."""
    statements: List[str] = []
    keys: Dict[str, ForeignKey] = {
        key.columns[0]: key for key in wanted.foreign_keys if len(key.columns) == 1
    }
    for column in wanted.columns[len(before.columns) :]:
        fault = _key_fault(wanted, column.name) or dialect.added_column_fault(
            column, column.name in keys
        )
        if fault is not None:
            raise UnsupportedError(
                f"column {column.name!r} cannot be added to table {wanted.name!r}:"
                f" {fault}, which needs the table to be built anew",
                table=wanted.name,
                column=column.name,
            )
        text = column_definition(wanted, column, dialect)
        if column.name in keys:
            text += f" {references(keys[column.name], dialect)}"
        statements.append(f"ALTER TABLE {dialect.quote(wanted.name)} ADD COLUMN {text}")
    added = wanted.indexes[len(before.indexes) :]
    return statements + [create_index(wanted, index, dialect) for index in added]


def _key_fault(table: Table, name: str) -> Optional[str]:
    """Return which key keeps a column from being added, or None."""
    if name in table.primary_key:
        return "it is in the primary key"
    if any(name in unique.columns for unique in table.uniques):
        return "it is unique (add a unique index instead)"
    return None
