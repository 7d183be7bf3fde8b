"""A driver of a database without tables, versions and syncs."""

from __future__ import annotations

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver

from ..sync.conftest import forget_syncs


@pytest.fixture
def driver(driver: BaseDatabaseDriver) -> BaseDatabaseDriver:
    """A driver alone."""
    forget_syncs(driver)
    return driver
