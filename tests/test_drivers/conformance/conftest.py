"""The unified interface of every database, in both ways."""

from __future__ import annotations

import pytest

from ..unified.definitions import CHILDREN, PARENTS
from ..unified.interface import Database


@pytest.fixture
def family(database: Database) -> Database:
    """A database with the tables ``parents`` and ``children``, empty."""
    database.create_table(PARENTS)
    database.create_table(CHILDREN)
    return database
