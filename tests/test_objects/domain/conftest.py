"""A driver process for each kind of database, which all tests here share.

Each test has a project of its own; the tables stay.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.objects import File, Project
from code_analysis_db.drivers import driver_names

AddFile = Callable[..., File]


@pytest.fixture(scope="session", params=sorted(driver_names()))
def driver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DriverProcess]:
    """Return the driver process of a kind."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("domain") / "domain.db"
        settings = {"path": str(path), "synchronous": "off"}
        config: Dict[str, Any] = {"type": "sqlite", "config": settings}
    else:
        config = request.getfixturevalue("servers").new_config(request.param)
    process = DriverProcess(config)
    with process:
        yield process


@pytest.fixture
def add_file(client: DatabaseClient, project: Project) -> AddFile:
    """Return a function that adds a file to the test's project."""

    def add(name: str, **fields: Any) -> File:
        """Add a file under the project's root."""
        path = f"{project.root_path}/{name}"
        return client.files.create(project_id=project.id, path=path, **fields)

    return add
