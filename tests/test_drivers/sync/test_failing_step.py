"""A step that fails while those before it are done."""

from __future__ import annotations

from functools import partial
from typing import Any, List

import pytest

from code_analysis_db.dialects.ddl import create_table
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.drivers.sync.step import Step, StepKind
from code_analysis_db.exceptions import DriverError
from code_analysis_db.schema import Table

from .definitions import table, text


def _steps(driver: BaseDatabaseDriver) -> List[Step]:
    """Return two steps that create tables; the second fails after its first
    statement."""
    steps = []
    for name in ("good", "bad"):
        made = Table.from_definition(table(name, text("a")))
        statements = list(create_table(made, driver.dialect))
        if name == "bad":
            statements.append("CREATE NOTHING")
        steps.append(
            Step(StepKind.CREATE_TABLE, name, "creates it", tuple(statements), made)
        )
    return steps


def test_a_step_that_fails_leaves_the_catalogue_right(
    driver: BaseDatabaseDriver,
) -> None:
    """What the database can undo is undone; else the steps before it stay, which the
    error says, and of the failed one there is nothing."""
    tables: Any = getattr(driver, "_tables")
    work = partial(tables.apply, steps=_steps(driver))
    with pytest.raises(DriverError) as caught:
        tables.change(work)
    if driver.dialect.has_transactional_ddl:
        assert driver.list_tables() == []
        return
    assert "1 of 2 steps were done before and stay" in str(caught.value)
    assert driver.list_tables() == ["good"]
    assert driver.insert("good", {"a": "x"}) == 1
    exported = driver.export_schema()["tables"]
    assert [found["name"] for found in exported] == ["good"]
