"""What a test asks for a database on the shared servers: the fixture ``servers``."""

from __future__ import annotations

import os
from itertools import count
from typing import Any, Dict, NoReturn, Tuple

import pytest

from .address import ServerAddress
from .administration import Administration
from .administrations import administration_of
from .found import Found
from .search import KINDS


def unavailable(found: Found) -> NoReturn:
    """End the test that needs a server that there is not.

    It is skipped where there is just none; with ``CI`` set, or where there is one that
    does not work, it fails.
    """
    if found.fault or os.environ.get("CI"):
        pytest.fail(found.fault or found.missing, pytrace=False)
    pytest.skip(found.missing)


class Servers:
    """The shared servers, as one process of the tests uses them.

    Attributes:
        kinds: what kinds of server there are to ask for, found or not.
    """

    kinds: Tuple[str, ...] = KINDS

    def __init__(self, shared: Dict[str, Any], worker: str) -> None:
        """Take what :meth:`SharedServers.to_plain` says, and the worker's name."""
        self._found = {
            kind: Found.from_plain(found) for kind, found in shared["found"].items()
        }
        self._prefix = f"{shared['database_prefix']}{worker}_"
        self._numbers = count(1)
        self._usual: Dict[str, str] = {}

    def address(self, kind: str) -> ServerAddress:
        """Return where the server is; without one, the test ends here."""
        found = self._found[kind]
        if found.address is None:
            unavailable(found)
        return found.address

    def administration(self, kind: str) -> Administration:
        """Return direct access to the server."""
        return administration_of(self.address(kind))

    def config(self, kind: str, **settings: Any) -> Dict[str, Any]:
        """Return a driver's configuration for this worker's database.

        The database is empty when it is asked for first.

        Args:
            settings: further ones of the driver.
        """
        address = self.address(kind)
        if kind not in self._usual:
            self._usual[kind] = self._create(kind)
        return address.config(self._usual[kind], **settings)

    def new_config(self, kind: str, **settings: Any) -> Dict[str, Any]:
        """Return a driver's configuration for a new, empty database.

        It goes with the run, or before with :meth:`drop`.
        """
        return self.address(kind).config(self._create(kind), **settings)

    def drop(self, config: Dict[str, Any]) -> None:
        """Drop the database of a configuration, whoever is connected to it."""
        database = config["config"]["database"]
        self.administration(config["type"]).drop_database(database)

    def _create(self, kind: str) -> str:
        """Create a database and return its name."""
        name = f"{self._prefix}{next(self._numbers)}"
        self.administration(kind).create_database(name)
        return name
