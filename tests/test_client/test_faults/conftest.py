"""Fixtures: a driver that goes wrong as told, and a client of it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from code_analysis_db.client import DatabaseClient

from ..scripted_driver import ScriptedDriver
from .faults import Faults


@pytest.fixture
def faults() -> Faults:
    """What goes wrong."""
    return Faults()


@pytest.fixture(params=["unix", "tcp"])
def driver(
    request: pytest.FixtureRequest, faults: Faults, socket_path: Path
) -> Iterator[ScriptedDriver]:
    """A driver that goes away as told."""
    path = socket_path if request.param == "unix" else None
    with ScriptedDriver(faults, path) as scripted:
        yield scripted


@pytest.fixture
def client(driver: ScriptedDriver) -> Iterator[DatabaseClient]:
    """A client of it that is patient for ten seconds."""
    with DatabaseClient.connect(driver.endpoint, reconnect_timeout=10) as connected:
        yield connected
