"""A wanted table in the form in which the database gives it back."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Tuple

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverQueryError
from code_analysis_db.schema import Table

from .reading import normalised, read_schema, without_catalogue
from .samples import OWNERS, parts, table_of


def texts(table: Table) -> Tuple[List[str], Set[Tuple[str, Optional[str]]]]:
    """Return the checks and the conditions of the indexes, but for unique ones: some
    databases take these for constraints."""
    conditions = {
        (index.name, index.where.sql if index.where else None)
        for index in table.indexes
        if not index.unique
    }
    return sorted(check.expression for check in table.checks), conditions


def test_what_is_there_and_what_is_wanted_have_the_same_texts(
    driver: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """Of a table that nobody keeps a definition of."""
    driver.create_table(OWNERS)
    driver.create_table(parts(dialect))
    wanted = normalised(driver, table_of(parts(dialect)))
    assert read_schema(driver)["parts"].is_as_stored
    without_catalogue(driver)
    existing = read_schema(driver)["parts"]
    assert not existing.is_as_stored
    assert texts(existing.table) == texts(wanted)
    assert {len(text) for text in texts(existing.table)[0]} != {0}
    assert existing.table.primary_key == wanted.primary_key
    assert {unique.columns for unique in existing.table.uniques} >= {
        unique.columns for unique in wanted.uniques
    }
    (key,), (other,) = existing.table.foreign_keys, wanted.foreign_keys
    assert (key.columns, key.table, key.on_delete) == (
        other.columns,
        other.table,
        other.on_delete,
    )


def test_the_trial_leaves_nothing(driver: BaseDatabaseDriver, dialect: Dialect) -> None:
    """Neither of a table that is there nor of one that is not."""
    driver.create_table(OWNERS)
    driver.insert("owners", {"name": "a"})
    checked: Dict[str, Any] = {
        **OWNERS,
        "constraints": [{"type": "check", "expression": "name <> 'b'"}],
    }
    normalised(driver, table_of(checked))
    normalised(driver, table_of({**checked, "name": "other"}))
    assert driver.list_tables() == ["owners"]
    assert driver.count("owners") == 1
    assert read_schema(driver)["owners"].is_as_stored


def test_a_check_that_is_none_is_told(
    driver: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """And the session goes on."""
    if not dialect.alters_in_place:
        pytest.skip("texts are kept as they are")
    wrong: Dict[str, Any] = {
        **OWNERS,
        "constraints": [{"type": "check", "expression": "nothing > 1"}],
    }
    with pytest.raises(DriverQueryError, match="nothing"):
        normalised(driver, table_of(wrong))
    right: Dict[str, Any] = {
        **OWNERS,
        "constraints": [{"type": "check", "expression": "id > 1"}],
    }
    assert "id" in normalised(driver, table_of(right)).checks[0].expression
