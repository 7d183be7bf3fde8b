"""The statements of a change of one table, as its driver makes them."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from code_analysis_db.dialects.alter import altered_table
from code_analysis_db.dialects.base import Dialect
from code_analysis_db.dialects.change_statements import change_statements
from code_analysis_db.schema import (
    Table,
    TableDifference,
    column_renames,
    compare_tables,
)


def alteration(
    table: Table, changes: Mapping[str, Any], dialect: Dialect
) -> Tuple[TableDifference, List[str]]:
    """Return what changes a table, and the statements of that."""
    after = altered_table(table, changes, dialect)
    difference = compare_tables(
        table,
        after,
        column_renames(table, after),
        has_one_kind_of_unique=dialect.has_one_kind_of_unique,
    )
    made = change_statements(difference, dialect, lambda key: key)
    return difference, [*made.drop_references, *made.change, *made.add_references]
