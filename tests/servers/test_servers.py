"""Every test process has databases of its own on the servers of the run."""

from __future__ import annotations

from contextlib import closing

import pytest

from .search import KINDS
from .servers import Servers


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_has_an_empty_database_of_its_own(servers: Servers, kind: str) -> None:
    """It stays until it is emptied, and others are made beside it."""
    database = servers.config(kind)["config"]["database"]
    assert servers.config(kind)["config"]["database"] == database
    administration = servers.administration(kind)
    administration.query("CREATE TABLE t (a INTEGER)", database=database)
    other = servers.new_config(kind, application_name="other")
    assert other["config"]["application_name"] == "other"
    beside = other["config"]["database"]
    administration.query("CREATE TABLE t (a INTEGER)", database=beside)
    with closing(administration.connect(database)):
        servers.empty(kind)
    servers.drop(other)
    assert not {database, beside} & set(administration.databases())
    assert servers.config(kind)["config"]["database"] not in (database, beside)
