"""Every test process has databases of its own on the servers of the run."""

from __future__ import annotations

from contextlib import closing

import pytest

from .search import KINDS
from .servers import Servers


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_has_an_empty_database_of_its_own(servers: Servers, kind: str) -> None:
    """It stays, and others are made beside it, which go whoever is connected."""
    database = servers.config(kind)["config"]["database"]
    assert servers.config(kind)["config"]["database"] == database
    administration = servers.administration(kind)
    other = servers.new_config(kind, application_name="other")
    assert other["config"]["application_name"] == "other"
    beside = other["config"]["database"]
    assert {database, beside} <= set(administration.databases())
    administration.query("CREATE TABLE t (a INTEGER)", database=beside)
    with closing(administration.connect(beside)):
        servers.drop(other)
    assert beside not in administration.databases()
    assert servers.new_config(kind)["config"]["database"] not in (database, beside)
