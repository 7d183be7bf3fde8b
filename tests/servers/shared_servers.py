"""The servers of a test run: one of each kind, for all its processes.

The process that runs the tests, or with xdist the controller, has them; workers only
hear where they are.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

from .administrations import administration_of
from .found import Found
from .prepared_data import PreparedFolder
from .process_identity import ProcessIdentity
from .search import KINDS, RunningServer, find_server
from .server_folder import remove_left_folders

_PREFIX = "cadb_test_"


class SharedServers:
    """One server of each kind.

    Attributes:
        found: what there is of each kind.
        database_prefix: what the names of the run's databases begin with.
    """

    def __init__(self) -> None:
        """Find or make the servers, of all kinds at once."""
        remove_left_folders()
        self._prepared = PreparedFolder()
        self.database_prefix = f"{_PREFIX}{ProcessIdentity.of(os.getpid())}_"
        self.found: Dict[str, Found] = {}
        self._running: List[RunningServer] = []
        with ThreadPoolExecutor(len(KINDS)) as pool:
            for kind, (found, server) in zip(KINDS, pool.map(find_server, KINDS)):
                self.found[kind] = found
                self._running += [] if server is None else [server]
        self._drop_databases(self._is_left)

    def to_plain(self) -> Dict[str, Any]:
        """Return what a worker has to know."""
        found = {kind: found.to_plain() for kind, found in self.found.items()}
        return {
            "found": found,
            "database_prefix": self.database_prefix,
            "prepared": self._prepared.path,
        }

    def close(self) -> None:
        """End the servers that are ours; drop this run's databases on the others."""
        for server in self._running:
            server.close()
        self._drop_databases(self._is_of_this_run)
        self._prepared.close()

    def _is_of_this_run(self, database: str) -> bool:
        """Whether a database was made by this run, by a worker that died included."""
        return database.startswith(self.database_prefix)

    def _is_left(self, database: str) -> bool:
        """Whether a database was made by a run that was killed."""
        if not database.startswith(_PREFIX):
            return False
        run = ProcessIdentity.parse(database[len(_PREFIX) :])
        return run is not None and run.is_known_dead

    def _drop_databases(self, unwanted: Callable[[str], bool]) -> None:
        """Drop databases on the servers that stay."""
        for found in self.found.values():
            if found.address is None or found.is_ours:
                continue
            administration = administration_of(found.address)
            for database in filter(unwanted, administration.databases()):
                administration.drop_database(database)
