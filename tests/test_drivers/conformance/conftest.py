"""The unified interface of every database, in both ways."""

from __future__ import annotations

from typing import Iterator

import pytest

from ..unified.definitions import CHILDREN, PARENTS
from ..unified.direct_database import DirectDatabase
from ..unified.interface import Database
from ..unified.place import Place


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
def family(database: Database) -> Database:
    """A database with the tables ``parents`` and ``children``, empty."""
    database.create_table(PARENTS)
    database.create_table(CHILDREN)
    return database
