"""A driver process on a fresh SQLite file for each module, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import File, Project


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriverProcess]:
    """Return a driver process that a module's tests share."""
    path = tmp_path_factory.mktemp("objects") / "objects.db"
    process = DriverProcess({"type": "sqlite", "config": {"path": str(path)}})
    with process:
        yield process


@pytest.fixture
def client(driver: DriverProcess) -> Iterator[DatabaseClient]:
    """Return a client of the module's driver."""
    with driver.client() as connected:
        yield connected


@pytest.fixture
def fresh_driver(tmp_path: Path) -> Iterator[DriverProcess]:
    """Return a driver process on a database without tables."""
    path = str(tmp_path / "fresh.db")
    process = DriverProcess({"type": "sqlite", "config": {"path": path}})
    with process:
        yield process


@pytest.fixture
def project(client: DatabaseClient) -> Project:
    """Return a project of the test's own."""
    return client.projects.create(name="test", root_path=f"/src/{new_id()}")


@pytest.fixture
def file(client: DatabaseClient, project: Project) -> File:
    """Return a file of the test's own."""
    path = f"{project.root_path}/a.py"
    return client.files.create(project_id=project.id, path=path)


@pytest.fixture
def add_files(client: DatabaseClient, project: Project) -> Callable[[int], list[File]]:
    """Return a function that adds files, the first with one line, the next with two."""

    def add(count: int) -> list[File]:
        """Add ``count`` files."""
        return client.files.create_many(
            {
                "project_id": project.id,
                "path": f"{project.root_path}/{number:03}.py",
                "lines": number + 1,
            }
            for number in range(count)
        )

    return add
