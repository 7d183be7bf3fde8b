"""Random tables are read as they were defined, with what is kept of them or without."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.schema import Column, DefaultValue, Table

from ..conformance.examples import share
from ..conformance.random_calls.model import Model
from ..conformance.random_calls.table_strategy import definitions
from .reading import (
    catalogue_of,
    in_session,
    normalised,
    read_schema,
    without_catalogue,
)
from .samples import table_of

_LAST = "\uffff"


def test_random_tables_come_back(driver: BaseDatabaseDriver, dialect: Dialect) -> None:
    """As stored; by their types alone; and without any definition with the texts of
    the wanted table."""

    @settings(share(12))
    @given(st.builds(Model).flatmap(definitions))
    def check(definition: Dict[str, Any]) -> None:
        """Make the table, read it, and drop it."""
        table = table_of(definition)
        catalogue = catalogue_of(driver)
        driver.create_table(definition)
        try:
            existing = read_schema(driver)[table.name]
            assert existing.is_as_stored
            assert existing.stated == table
            by_types = in_session(driver, partial(catalogue.described_as, table=table))
            assert by_types is not None
            assert _told(by_types.table) == _told(table)
            assert by_types.table.primary_key == table.primary_key
            without_catalogue(driver)
            found = read_schema(driver)[table.name]
            wanted = normalised(driver, table)
            assert [check.expression for check in found.table.checks] == [
                check.expression for check in wanted.checks
            ]
            assert found.native_types == existing.native_types
        finally:
            driver.drop_table(table.name)

    check()


def _told(table: Table) -> List[Column]:
    """Return the columns as every database can tell them: MariaDB tells a question mark
    for a letter beyond the basic plane that stands in a default."""
    return [
        attrs.evolve(column, default=None) if _is_lost(column) else column
        for column in table.columns
    ]


def _is_lost(column: Column) -> bool:
    """Tell whether a default may be told with other letters."""
    default = column.default
    value = default.value if isinstance(default, DefaultValue) else None
    return isinstance(value, str) and any(
        letter == "?" or letter > _LAST for letter in value
    )
