"""Changes of a table in as few statements as can be, since each commits by itself."""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from ..schema import Table
from .alter import Alteration
from .base import Dialect
from .ddl import column_definition, create_index


def merged(before: Table, alteration: Alteration, dialect: Dialect) -> List[str]:
    """Return the statements of a change as one ALTER TABLE; where columns are renamed,
    what goes, what is renamed and what comes each in one, since the clauses of a
    statement do not all take the new names.

    Columns that come into a key, or out of one, get the type that goes with it.
    """
    alter = f"ALTER TABLE {dialect.quote(before.name)} "
    indexes = _added_indexes(before, alteration, dialect)
    clauses = [indexes.get(sql) or sql[len(alter) :] for sql in alteration.statements]
    refits = _refitted(before, alteration, clauses, dialect)
    goes = _indexes_of_references(before, alteration, dialect)
    renames: List[str] = []
    comes: List[str] = []
    for clause in clauses:
        if clause.startswith("RENAME COLUMN "):
            renames.append(clause)
        elif clause.startswith("DROP "):
            goes.append(clause)
        else:
            comes.append(clause)
    groups = [goes, renames, refits + comes] if renames else [goes + refits + comes]
    return [alter + ", ".join(group) for group in groups if group]


def _indexes_of_references(
    before: Table, alteration: Alteration, dialect: Dialect
) -> List[str]:
    """Return the clauses that give a foreign key an index of its own, in place of one
    that goes; the server makes that by itself only for a new foreign key."""
    old_names = {new: old for old, new in alteration.renamed_columns.items()}

    def as_before(names: Sequence[str]) -> Tuple[str, ...]:
        """Return columns by their names before the change."""
        return tuple(old_names.get(name, name) for name in names)

    had = _indexed(before)
    has = list(map(as_before, _indexed(alteration.table)))
    clauses: List[str] = []
    for key in alteration.table.foreign_keys:
        columns = as_before(key.columns)
        if _serves(had, columns) and not _serves(has, columns):
            clauses.append(f"ADD INDEX ({', '.join(map(dialect.quote, columns))})")
    return clauses


def _indexed(table: Table) -> List[Tuple[str, ...]]:
    """Return the columns of each index."""
    return [*table.unique_keys, *(index.column_names for index in table.indexes)]


def _serves(indexes: Sequence[Tuple[str, ...]], columns: Tuple[str, ...]) -> bool:
    """Tell whether an index begins with the columns."""
    return any(index[: len(columns)] == columns for index in indexes)


def _added_indexes(
    before: Table, alteration: Alteration, dialect: Dialect
) -> Dict[str, str]:
    """Return the clause for each statement that creates an index."""
    clauses: Dict[str, str] = {}
    for index in alteration.table.indexes:
        sql = create_index(_named_as(before, alteration.table), index, dialect)
        on_table = f" ON {dialect.quote(before.name)} "
        head, _, columns = sql.partition(on_table)
        clauses[sql] = f"ADD{head[len('CREATE') :]} {columns}"
    return clauses


def _named_as(before: Table, after: Table) -> Table:
    """Return the table as it is before it gets a new name."""
    return Table.from_definition({**after.to_definition(), "name": before.name})


def _refitted(
    before: Table,
    alteration: Alteration,
    clauses: Sequence[str],
    dialect: Dialect,
) -> List[str]:
    """Return the clauses that give columns the length that their keys ask for now."""
    old = dialect.fitted(before).by_name
    new = dialect.fitted(alteration.table)
    names = {alteration.renamed_columns.get(name, name): name for name in old}
    refits: List[str] = []
    for column in new.columns:
        if column.name not in names:
            continue
        was = old[names[column.name]]
        start = f"MODIFY COLUMN {dialect.quote(column.name)} "
        if dialect.native_type(was) != dialect.native_type(column) and not any(
            clause.startswith(start) for clause in clauses
        ):
            refits.append(f"MODIFY COLUMN {column_definition(new, column, dialect)}")
    return refits
