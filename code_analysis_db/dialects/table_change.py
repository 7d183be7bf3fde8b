"""What changes ask of a table: their form, what they take away and what they rename."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

import attrs

from ..exceptions import SchemaDefinitionError, UnknownColumnError, UnsupportedError
from ..schema import Index, Table, near_hint
from ..schema.where_key import columns_of_where, renamed_where
from ..short_repr import short_repr
from .base import Dialect
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

_ALTERABLE = "name type nullable default length precision scale timezone".split()
_SIZES = ("length", "precision", "scale", "timezone")


def check_changes(table: Table, changes: Any) -> None:
    """Check the form of ``changes``.

    Raises:
        SchemaDefinitionError: it has faults; all are named.
    """
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


def dropped_indexes(table: Table, names: Sequence[Any]) -> List[Index]:
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


def known_column(table: Table, name: Any) -> str:
    """Return the name of a column that is there."""
    if not isinstance(name, str) or name not in table.by_name:
        raise UnknownColumnError(
            f"table {table.name!r} has no column {short_repr(name)}"
            f"{near_hint(name, table.by_name)}",
            table=table.name,
        )
    return name


def without_column(table: Table, name: Any, dialect: Dialect) -> Table:
    """Return the table without a column that nothing else needs."""
    users = _users(table, known_column(table, name), dialect)
    if users:
        raise UnsupportedError(
            f"column {name!r} of table {table.name!r} is in {', '.join(users)};"
            " drop these in the same call",
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
        if where is not None and name in columns_of_where(where):
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


def check_renamed(table: Table, name: str, dialect: Dialect) -> None:
    """Check that a column is there, and that no SQL text would go on naming it."""
    mentions = _mentions(table, known_column(table, name), dialect)
    if mentions:
        raise UnsupportedError(
            f"column {name!r} of table {table.name!r} may be named in"
            f" {', '.join(mentions)}, which a rename does not follow",
            table=table.name,
            column=name,
        )


def renamed_definition(table: Table, renames: Mapping[str, str]) -> Dict[str, Any]:
    """Return the definition of the table with columns renamed, which tells their
    former names."""

    def follow(names: Sequence[str]) -> List[str]:
        """Return column names as they are after the rename."""
        return [renames.get(name, name) for name in names]

    definition = table.with_renames(table.name, None, renames).to_definition()
    for column in definition["columns"]:
        if renames.get(column["name"], column["name"]) != column["name"]:
            column["renamed_from"] = column["name"]
            column["name"] = renames[column["name"]]
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
    return definition


def alter_columns(definition: Dict[str, Any], altered: Sequence[Any]) -> None:
    """Put what is said of columns into the definition of their table.

    Raises:
        SchemaDefinitionError: something is said that is none of a column's own.
        UnknownColumnError: there is no such column.
        UnsupportedError: the column numbers the rows.
    """
    table_name = definition["name"]
    columns = {column["name"]: column for column in definition["columns"]}
    for item in altered:
        if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
            raise SchemaDefinitionError(
                "alter_columns has a dict with the name of a column and what is to be"
                f" different, not {short_repr(item)}",
                table=table_name,
            )
        for key in item:
            if key not in _ALTERABLE:
                raise SchemaDefinitionError(
                    f"alter_columns changes {', '.join(_ALTERABLE)} of a column,"
                    f" not {short_repr(key)}; keys are changed by add_constraints and"
                    " drop_constraints",
                    table=table_name,
                )
        column = columns.get(item["name"])
        if column is None:
            raise UnknownColumnError(
                f"table {table_name!r} has no column {short_repr(item['name'])}"
                f"{near_hint(item['name'], columns)}",
                table=table_name,
            )
        if column.get("autoincrement"):
            raise UnsupportedError(
                f"column {item['name']!r} of table {table_name!r} numbers the rows, and"
                " can only be renamed: its type is the database's own, it takes no NULL"
                " and has no default",
                table=table_name,
                column=item["name"],
            )
        if "type" in item and item["type"] != column["type"]:
            for size in _SIZES:
                column.pop(size, None)
        column.update(item)
