"""``multiprocessing.managers.BaseManager`` around the same SQLite call."""

from __future__ import annotations

from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.managers import BaseManager, BaseProxy
from typing import Any, Callable, ClassVar, Iterator, List

from ..workload import COLUMNS, Row
from .base import BulkSession, Connector
from .served import Serve, ServedPeer
from .store import Store

KEY = b"benchmark"
FETCH_ROWS = 10_000


class StoreProxy(BaseProxy):
    """The store as a client sees it."""

    _exposed_ = (
        "select",
        "insert",
        "clear",
        "insert_many",
        "select_all",
        "open_scan",
        "fetch",
    )

    def call(self, method: str, *args: object) -> Any:
        """Call a method of the store."""
        return self._callmethod(method, args)


class StoreManager(BaseManager):
    """Serves one :class:`Store`."""

    #: set by ``register``
    store: Callable[[], StoreProxy]


def serve(database_path: str, address: str, announce: Connection) -> None:
    """Serve the store; the manager gives each client a thread."""
    store = Store(database_path)
    StoreManager.register("store", callable=lambda: store, proxytype=StoreProxy)
    server = StoreManager(address, KEY).get_server()
    announce.send_bytes(b"ready")
    server.serve_forever()


class ManagerSession(BulkSession):
    """A manager's proxy, its rows pickled as dicts."""

    def __init__(self, address: str) -> None:
        """Connect to the manager and get the proxy."""
        StoreManager.register("store", proxytype=StoreProxy)
        manager = StoreManager(address, KEY)
        manager.connect()
        self._call = manager.store().call

    def select(self, key: int) -> Row:
        """Select by the proxy."""
        row: Row = self._call("select", key)
        return row

    def insert(self, row: Row) -> int:
        """Insert by the proxy."""
        row_id: int = self._call("insert", row)
        return row_id

    def clear(self) -> None:
        """Empty the table."""
        self._call("clear")

    def insert_many(self, rows: List[Row]) -> None:
        """Send all rows in one call."""
        self._call("insert_many", rows)

    def select_all(self) -> List[Row]:
        """Get all rows in one call."""
        rows: List[Row] = self._call("select_all")
        return rows

    def select_iter(self) -> Iterator[Row]:
        """Fetch the rows as tuples, some thousands a call."""
        scan = self._call("open_scan")
        while rows := self._call("fetch", scan, FETCH_ROWS):
            for row in rows:
                yield dict(zip(COLUMNS, row))

    def close(self) -> None:
        """Nothing to do: the proxy's connection goes with the process."""


class ManagerPeer(ServedPeer):
    """The standard library's manager."""

    name: ClassVar[str] = "BaseManager"

    @property
    def serve(self) -> Serve:
        """The manager's server."""
        return serve

    @property
    def connector(self) -> Connector:
        """Connects a proxy."""
        return partial(ManagerSession, self.address)
