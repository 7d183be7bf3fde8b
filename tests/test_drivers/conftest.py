"""Drivers to test: every case runs on each that is available.

A later driver joins by an entry in ``_CONFIGURATIONS``; a case that needs an ability
asks the driver for it, never for its name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, SQLiteDriver, create_driver

MakeSQLite = Callable[..., SQLiteDriver]


def _sqlite_configuration(directory: Path) -> Dict[str, Any]:
    """Return the configuration of a fresh SQLite database."""
    return {"path": str(directory / "test.db"), "synchronous": "off"}


_CONFIGURATIONS: Dict[str, Callable[[Path], Dict[str, Any]]] = {
    "sqlite": _sqlite_configuration,
}


@pytest.fixture(params=sorted(_CONFIGURATIONS))
def driver(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[BaseDatabaseDriver]:
    """A connected driver on an empty database."""
    config = _CONFIGURATIONS[request.param](tmp_path)
    made = create_driver(request.param, {"config": config})
    yield made
    made.disconnect()


@pytest.fixture
def make_sqlite(tmp_path: Path) -> Iterator[MakeSQLite]:
    """Makes SQLite drivers on one file, and disconnects them."""
    made = []

    def make(**config: Any) -> SQLiteDriver:
        """Connect one more driver."""
        driver = SQLiteDriver()
        driver.connect({"path": str(tmp_path / "test.db"), **config})
        made.append(driver)
        return driver

    yield make
    for driver in made:
        driver.disconnect()


PARENTS: Dict[str, Any] = {
    "name": "parents",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "name", "type": "TEXT", "nullable": False, "unique": True},
        {"name": "age", "type": "INTEGER"},
    ],
    "constraints": [{"type": "check", "name": "age_check", "expression": "age >= 0"}],
}

CHILDREN: Dict[str, Any] = {
    "name": "children",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "parent_id", "type": "INTEGER", "nullable": False},
        {"name": "name", "type": "TEXT"},
    ],
    "constraints": [
        {
            "type": "foreign_key",
            "columns": ["parent_id"],
            "references": {"table": "parents", "columns": ["id"]},
            "on_delete": "CASCADE",
        }
    ],
    "indexes": [{"name": "children_by_parent", "columns": ["parent_id"]}],
}


@pytest.fixture
def family(driver: BaseDatabaseDriver) -> BaseDatabaseDriver:
    """A driver with the tables ``parents`` and ``children``, empty."""
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    return driver
