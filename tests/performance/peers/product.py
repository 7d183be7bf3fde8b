"""code_analysis_db itself."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Dict, Iterator, List, Optional

from code_analysis_db import DatabaseClient, DriverProcess, Endpoint

from ..workload import TABLE, TABLE_NAME, Row, portions
from .base import BulkSession, Connector, Peer


class ProductSession(BulkSession):
    """A client's RPC.

    Attributes:
        rpc: the table methods, for what only the product is asked.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        """Connect."""
        self._client = DatabaseClient.connect(endpoint)
        self.rpc = self._client.rpc

    def select(self, key: int) -> Row:
        """Select by the RPC."""
        return self.rpc.select(TABLE_NAME, where={"id": key})[0]

    def insert(self, row: Row) -> int:
        """Insert by the RPC."""
        row_id = self.rpc.insert(TABLE_NAME, row)
        assert isinstance(row_id, int)
        return row_id

    def clear(self) -> None:
        """Make the table anew."""
        self.rpc.drop_table(TABLE_NAME)
        self.rpc.create_table(TABLE)

    def insert_many(self, rows: List[Row]) -> None:
        """Insert by the RPC, which also returns the rows' ids."""
        self.rpc.insert_many(TABLE_NAME, rows)

    def select_all(self) -> List[Row]:
        """Select by the RPC."""
        return self.rpc.select(TABLE_NAME)

    def select_iter(self) -> Iterator[Row]:
        """Stream by the RPC."""
        return self.rpc.select_iter(TABLE_NAME)

    def close(self) -> None:
        """Close the client."""
        self._client.close()


class ProductPeer(Peer):
    """The product, with its defaults: WAL and ``synchronous=FULL``."""

    name: ClassVar[str] = "code_analysis_db"

    @property
    def configuration(self) -> Dict[str, Any]:
        """The driver's configuration."""
        return {"type": "sqlite", "config": {"path": self.database_path}}

    def start(self) -> None:
        """Fill the table, then serve it from a driver process that is fresh."""
        with DriverProcess(self.configuration) as client:
            client.rpc.drop_table(TABLE_NAME)
            client.rpc.create_table(TABLE)
            for rows in portions(self.row_count):
                client.rpc.insert_many(TABLE_NAME, rows)
        self._driver = DriverProcess(self.configuration)
        self._driver.start()

    def stop(self) -> None:
        """Stop the driver process."""
        self._driver.stop()

    @property
    def server_pid(self) -> Optional[int]:
        """The driver process."""
        return self._driver.pid

    @property
    def endpoint(self) -> Endpoint:
        """Where clients connect."""
        return self._driver.endpoint

    @property
    def connector(self) -> Connector:
        """Connects a client."""
        return partial(ProductSession, self.endpoint)
