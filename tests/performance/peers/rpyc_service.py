"""rpyc around the same SQLite call.

Rows travel as tuples, which rpyc sends by value; a dict would travel as a reference
and cost a round trip a cell.
"""

from __future__ import annotations

from functools import partial
from multiprocessing.connection import Connection
from typing import Any, ClassVar, Tuple

import rpyc
from rpyc.utils.factory import unix_connect
from rpyc.utils.server import ThreadedServer

from ..workload import COLUMNS, GIVEN_COLUMNS, Row
from .base import Connector, Session
from .served import Serve, ServedPeer
from .store import Store


class StoreService(rpyc.Service):  # type: ignore[misc]
    """The store, as far as clients may call it."""

    def __init__(self, store: Store) -> None:
        """Serve this store."""
        self._store = store

    def exposed_select(self, key: int) -> Tuple[Any, ...]:
        """Return the row with this id as a tuple."""
        return self._store.select_tuple(key)

    def exposed_insert(self, values: Tuple[Any, ...]) -> int:
        """Write one row and return its id."""
        return self._store.insert(dict(zip(GIVEN_COLUMNS, values)))


def serve(database_path: str, address: str, announce: Connection) -> None:
    """Serve the store, a thread a client."""
    server = ThreadedServer(StoreService(Store(database_path)), socket_path=address)
    announce.send_bytes(b"ready")
    server.start()


class RpycSession(Session):
    """An rpyc connection."""

    def __init__(self, address: str) -> None:
        """Connect."""
        self._connection = unix_connect(address)
        self._select = self._connection.root.select
        self._insert = self._connection.root.insert

    def select(self, key: int) -> Row:
        """Select by the connection."""
        return dict(zip(COLUMNS, self._select(key)))

    def insert(self, row: Row) -> int:
        """Insert by the connection."""
        row_id: int = self._insert(tuple(row.values()))
        return row_id

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class RpycPeer(ServedPeer):
    """rpyc."""

    name: ClassVar[str] = "rpyc"

    @property
    def serve(self) -> Serve:
        """rpyc's threaded server."""
        return serve

    @property
    def connector(self) -> Connector:
        """Connects to the server."""
        return partial(RpycSession, self.address)
