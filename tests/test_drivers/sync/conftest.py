"""A database in which there was no sync yet, in both ways."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Iterator

import pytest

from code_analysis_db.drivers.catalogue import PROPERTIES
from code_analysis_db.drivers.sync.history import HISTORY
from code_analysis_db.exceptions import UnknownTableError

from ..unified.direct_database import DirectDatabase
from ..unified.interface import Database
from ..unified.place import Place


def forget_syncs(database: Any) -> None:
    """Delete the version and the history that syncs have left."""
    for name in (PROPERTIES, HISTORY):
        with suppress(UnknownTableError):
            database.execute(f"DELETE FROM {name}")


@pytest.fixture(params=["driver", "process"])
def database(request: pytest.FixtureRequest, place: Place) -> Iterator[Database]:
    """The unified interface of a database without tables and syncs."""
    if request.param == "driver":
        direct = DirectDatabase(request.getfixturevalue("driver"))
        forget_syncs(direct)
        yield direct
        return
    with place.client() as client:
        forget_syncs(client.rpc)
        yield client.rpc
    place.clear()
