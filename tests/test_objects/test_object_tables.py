"""The tables of objects come into being at first use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from code_analysis_db import DriverProcess
from code_analysis_db.client.mapping.table_model import table_model
from code_analysis_db.client.objects import STORED_CLASSES
from code_analysis_db.exceptions import UnknownTableError

from .sample import Sample


def test_the_first_object_brings_all_tables(fresh_driver: DriverProcess) -> None:
    """A client of tables alone makes none; own classes bring their own."""
    with fresh_driver.client() as client:
        assert client.rpc.list_tables() == []
        client.repository(Sample).count()
        assert client.rpc.list_tables() == ["samples"]
        assert client.files.find() == []
        names = {table_model(cls).name for cls in STORED_CLASSES}
        assert set(client.rpc.list_tables()) == names | {"samples"}


def test_tables_are_looked_for_once(fresh_driver: DriverProcess) -> None:
    """A table that was seen is taken to be there, without a further question."""
    with fresh_driver.client() as client:
        client.imports.count()
        client.rpc.drop_table("imports")
        with pytest.raises(UnknownTableError):
            client.imports.count()


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
