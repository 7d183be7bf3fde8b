"""Random schemas of a database, and rows for them."""

from __future__ import annotations

from typing import Any, Dict, List

from hypothesis import strategies as st

from code_analysis_db.schema import Column, Table

from tests.test_schema.strategies import schema_definitions

from ..unified.place import Place
from .conversion_values import values

_MOST_ROWS = 3


def schema_definitions_of(
    place: Place, version: str = "1"
) -> st.SearchStrategy[Dict[str, Any]]:
    """Return definitions that the database takes."""
    return schema_definitions(
        with_partial_indexes=place.dialect.has_partial_indexes, versions=[version]
    )


def rows(table: Table) -> st.SearchStrategy[List[Dict[str, Any]]]:
    """Return rows of a table, which its keys may refuse; the database numbers them
    where it does so."""
    columns = [column for column in table.columns if not column.autoincrement]
    row = st.fixed_dictionaries({column.name: _values(column) for column in columns})
    return st.lists(row, max_size=_MOST_ROWS)


def _values(column: Column) -> st.SearchStrategy[Any]:
    """Return values of a column, None among them where it takes that."""
    drawn = values(column)
    return st.none() | drawn if column.nullable else drawn
