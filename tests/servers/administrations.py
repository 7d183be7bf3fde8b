"""The administration of each kind of server."""

from __future__ import annotations

from typing import Dict, Type

from .address import ServerAddress
from .administration import Administration
from .mysql_administration import MySQLAdministration
from .postgres_administration import PostgresAdministration

_BY_KIND: Dict[str, Type[Administration]] = {
    "postgres": PostgresAdministration,
    "mysql": MySQLAdministration,
}


def administration_of(address: ServerAddress) -> Administration:
    """Return what an administrator does to the server at an address."""
    return _BY_KIND[address.kind](address)
