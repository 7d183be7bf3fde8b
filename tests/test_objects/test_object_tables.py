"""The tables of objects come into being at first use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from code_analysis_db import DriverProcess


def test_only_the_tables_that_are_needed_are_made(fresh_driver: DriverProcess) -> None:
    """Those referred to included; a client of tables alone makes none."""
    with fresh_driver.client() as client:
        assert client.rpc.list_tables() == []
        assert client.files.find() == []
        assert client.rpc.list_tables() == ["files", "projects"]


def test_many_clients_may_come_first_at_once(fresh_driver: DriverProcess) -> None:
    """Each finds the tables whole, whoever makes them."""
    callers = 6
    barrier = Barrier(callers)

    def use(number: int) -> None:
        """Use objects for the first time, at the same time as the others."""
        with fresh_driver.client() as client:
            barrier.wait(30)
            project = client.projects.create(name="a", root_path=f"/{number}")
            file = client.files.create(project_id=project.id, path="/a")
            client.classes.create(file_id=file.id, name="A", line=1)

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(use, range(callers)))
    with fresh_driver.client() as client:
        assert client.classes.count() == client.projects.count() == callers
