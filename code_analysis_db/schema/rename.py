"""What a rename of tables and columns changes in the values that name them.

A ``where`` dict is followed too; SQL text is not, only looked at.
"""

from __future__ import annotations

import json
from typing import Container, Dict, Iterable, Mapping, Tuple

import attrs

from .index import Index, IndexColumn, PartialCondition
from .table import Table
from .where_key import renamed_where

_UNQUOTED = str.maketrans("", "", '"`')


def column_renames(before: Table, after: Table) -> Dict[str, str]:
    """Return the old names and the new of the columns that ``after`` says are renamed.

    A column whose former name is gone, or whose new name is there, was renamed already.
    Two names that differ by case only are one column, as SQLite and MySQL have it.
    """
    renames = {
        column.renamed_from: column.name
        for column in after.columns
        if column.renamed_from in before.by_name
        and column.renamed_from not in after.by_name
        and column.name not in before.by_name
    }
    gone = {
        name.casefold(): name
        for name in before.column_names
        if name not in after.by_name and name not in renames
    }
    for name in after.column_names:
        former = gone.get(name.casefold())
        if former is not None and name not in before.by_name:
            renames.setdefault(former, name)
    return renames


def table_renames(existing: Container[str], tables: Iterable[Table]) -> Dict[str, str]:
    """Return the old names and the new of the tables that are said to be renamed, and
    are not yet.

    Args:
        existing: the names of the tables that there are.
        tables: as they are to be.
    """
    return {
        table.renamed_from: table.name
        for table in tables
        if table.renamed_from is not None
        and table.renamed_from in existing
        and table.name not in existing
    }


def renamed_table(table: Table, name: str, columns: Mapping[str, str]) -> Table:
    """Return the table as it is called after a rename of it and of its columns.

    Args:
        table: as it was.
        name: its new name, or the one that it has.
        columns: old names to new.
    """

    def followed(names: Iterable[str]) -> Tuple[str, ...]:
        """Return columns' names after the rename."""
        return tuple(columns.get(old, old) for old in names)

    return attrs.evolve(
        table,
        name=name,
        columns=tuple(
            attrs.evolve(column, name=columns.get(column.name, column.name))
            for column in table.columns
        ),
        primary_key=followed(table.primary_key),
        uniques=tuple(
            attrs.evolve(unique, columns=followed(unique.columns))
            for unique in table.uniques
        ),
        foreign_keys=tuple(
            attrs.evolve(key, columns=followed(key.columns))
            for key in table.with_renames(table.name, name, columns).foreign_keys
        ),
        indexes=tuple(_renamed_index(index, columns) for index in table.indexes),
    )


def _renamed_index(index: Index, columns: Mapping[str, str]) -> Index:
    """Return the index after a rename of its columns."""
    members = tuple(
        IndexColumn(columns.get(member.name, member.name), member.direction)
        for member in index.columns
    )
    condition = index.where
    if columns and condition is not None and condition.where is not None:
        followed = renamed_where(condition.where, columns)
        encoded = json.dumps(followed, ensure_ascii=False)
        condition = PartialCondition(encoded=encoded)
    return attrs.evolve(index, columns=members, where=condition)


def may_mention(sql: str, names: Iterable[str]) -> bool:
    """Tell whether SQL text may name one of the columns.

    It is looked at without its quotes; a text that only looks so counts too.
    """
    plain = sql.casefold().translate(_UNQUOTED)
    return any(name.casefold().translate(_UNQUOTED) in plain for name in names)
