"""Indexing through code_analysis_db, with its defaults."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Dict

from code_analysis_db import DatabaseClient, DriverProcess, Endpoint

from .indexer import TABLES, Indexer, Opener, Save
from .product import ProductPeer


def open_client(endpoint: Endpoint) -> Save:
    """Connect a worker to the driver."""
    return DatabaseClient.connect(endpoint).files.save_analyses


class IndexingProduct(Indexer):
    """Workers that save the files of a job in one message."""

    name: ClassVar[str] = ProductPeer.name

    def start(self) -> None:
        """Start a driver process."""
        self._driver = DriverProcess({"type": "sqlite", "config": {"path": self.path}})
        self._driver.start()
        self._client = DatabaseClient.connect(self._driver.endpoint)
        self._client.projects.save(self.project)

    def stop(self) -> None:
        """Stop the driver process."""
        self._client.close()
        self._driver.stop()

    @property
    def opener(self) -> Opener:
        """Connects a client."""
        return partial(open_client, self._driver.endpoint)

    def counts(self) -> Dict[str, int]:
        """Count by the RPC."""
        return {table: self._client.rpc.count(table) for table in TABLES}
