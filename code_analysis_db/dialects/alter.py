"""What a table becomes by the changes that ``alter_table`` takes.

Nothing here is SQL: the table that comes of the changes is compared with the one that
is there, and made as a schema sync makes it.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

import attrs

from ..schema import Table
from .base import Dialect
from .constraint_change import without_constraints
from .table_change import (
    alter_columns,
    check_changes,
    check_renamed,
    dropped_indexes,
    renamed_definition,
    without_column,
)


def altered_table(
    table: Table,
    changes: Mapping[str, Any],
    dialect: Dialect,
    named: Optional[Table] = None,
) -> Table:
    """Return the table after ``changes``, which knows its former names: indexes,
    constraints and columns are dropped, columns renamed and altered, columns,
    constraints and indexes added, the table renamed, in this order.

    Args:
        table: as it was stated.
        changes: by the keys that :data:`~.table_change.CHANGE_KEYS` lists.
        dialect: whose words its checks are in.
        named: the table with the names that the database has for its constraints.

    Raises:
        SchemaDefinitionError: ``changes`` or the resulting table has faults.
        UnknownColumnError: a column that is to go is not there.
        UnsupportedError: something else of the table needs what is to go.
    """
    check_changes(table, changes)
    dropped = dropped_indexes(table, changes.get("drop_indexes") or ())
    kept = without_constraints(table, named, changes.get("drop_constraints") or ())
    kept = attrs.evolve(
        kept, indexes=tuple(i for i in table.indexes if i not in dropped)
    )
    for name in changes.get("drop_columns") or ():
        kept = without_column(kept, name, dialect)
    renames: Dict[str, str] = dict(changes.get("rename_columns") or {})
    for old in renames:
        check_renamed(kept, old, dialect)
    definition = renamed_definition(kept, renames)
    alter_columns(definition, changes.get("alter_columns") or ())
    for key in ("columns", "constraints", "indexes"):
        definition[key] = definition[key] + list(changes.get(f"add_{key}") or ())
    wanted = Table.from_definition(definition)
    renamed_to: Optional[str] = changes.get("rename_to")
    if renamed_to is None or renamed_to == table.name:
        return wanted
    renamed = {**wanted.to_definition(), "name": renamed_to}
    followed = Table.from_definition(renamed).with_renames(table.name, renamed_to, {})
    return attrs.evolve(followed, renamed_from=table.name)
