"""Databases to test: every case runs on each kind that there is a driver for.

``driver`` is a driver alone, of each kind.  A case that needs an ability asks
``dialect`` or the driver for it, never for a product's name.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver, SQLiteDriver, driver_names

from tests.servers.servers import Servers

from .unified.definitions import CHILDREN, PARENTS
from .unified.direct_database import DirectDatabase
from .unified.interface import Database
from .unified.place import Place

MakeSQLite = Callable[..., SQLiteDriver]
PlaceOf = Callable[[str], Place]

KINDS = sorted(driver_names())


@pytest.fixture(scope="session")
def place_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlaceOf]:
    """Returns the place of a kind, the same one for all tests of this process."""
    places: Dict[str, Place] = {}

    def config_of(kind: str) -> Dict[str, Any]:
        """Return the configuration of an empty database."""
        if kind == "sqlite":
            path = tmp_path_factory.mktemp("sqlite") / "test.db"
            return {"type": kind, "config": {"path": str(path), "synchronous": "off"}}
        config: Dict[str, Any] = request.getfixturevalue("servers").config(kind)
        return config

    def of(kind: str) -> Place:
        """Find or make the place."""
        if kind not in places:
            places[kind] = Place(config_of(kind))
        return places[kind]

    yield of
    for place in places.values():
        place.close()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """A kind of database, by the name of its driver."""
    name: str = request.param
    return name


@pytest.fixture
def place(place_of: PlaceOf, database_kind: str) -> Place:
    """The place of the kind."""
    return place_of(database_kind)


@pytest.fixture
def dialect(place: Place) -> Dialect:
    """The dialect of the database."""
    return place.dialect


@pytest.fixture
def driver(place: Place) -> Iterator[BaseDatabaseDriver]:
    """A driver alone, on a database without tables."""
    connected = place.connect()
    try:
        yield connected
    finally:
        connected.disconnect()
        place.clear()


@pytest.fixture(params=["driver", "process"])
def database(request: pytest.FixtureRequest, place: Place) -> Iterator[Database]:
    """The unified interface of a database without tables."""
    if request.param == "driver":
        yield DirectDatabase(request.getfixturevalue("driver"))
        return
    with place.client() as client:
        yield client.rpc
    place.clear()


@pytest.fixture
def family(driver: BaseDatabaseDriver) -> BaseDatabaseDriver:
    """A driver alone with the tables ``parents`` and ``children``, empty."""
    driver.create_table(PARENTS)
    driver.create_table(CHILDREN)
    return driver


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


@pytest.fixture(scope="session")
def own_database(servers: Servers) -> Callable[[str], Dict[str, Any]]:
    """A database of each kind that nobody else is connected to."""
    return lru_cache(maxsize=None)(servers.new_config)
