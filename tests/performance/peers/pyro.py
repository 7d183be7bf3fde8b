"""Pyro5 around the same SQLite call, with the fastest serializer that it brings."""

from __future__ import annotations

from functools import partial
from multiprocessing.connection import Connection
from typing import ClassVar

import Pyro5.api

from ..workload import Row
from .base import Connector, Session
from .served import Serve, ServedPeer
from .store import Store

OBJECT_ID = "store"


def serve(database_path: str, address: str, announce: Connection) -> None:
    """Serve the store from Pyro's thread pool."""
    Pyro5.api.config.SERIALIZER = "marshal"
    with Pyro5.api.Daemon(unixsocket=address) as daemon:
        daemon.register(Pyro5.api.expose(Store)(database_path), OBJECT_ID)
        announce.send_bytes(b"ready")
        daemon.requestLoop()


class PyroSession(Session):
    """A Pyro proxy."""

    def __init__(self, address: str) -> None:
        """Connect the proxy."""
        Pyro5.api.config.SERIALIZER = "marshal"
        self._proxy = Pyro5.api.Proxy(f"PYRO:{OBJECT_ID}@./u:{address}")

    def select(self, key: int) -> Row:
        """Select by the proxy."""
        row: Row = self._proxy.select(key)
        return row

    def insert(self, row: Row) -> int:
        """Insert by the proxy."""
        row_id: int = self._proxy.insert(row)
        return row_id

    def close(self) -> None:
        """Close the proxy's connection."""
        self._proxy._pyroRelease()


class PyroPeer(ServedPeer):
    """Pyro5."""

    name: ClassVar[str] = "Pyro5"

    @property
    def serve(self) -> Serve:
        """Pyro's daemon."""
        return serve

    @property
    def connector(self) -> Connector:
        """Connects a proxy."""
        return partial(PyroSession, self.address)
