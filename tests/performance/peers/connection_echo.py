"""A raw ``multiprocessing`` Connection that echoes: the limit of such a transport.

It sends as many bytes as a point select has in its request, and gets as many back as
its reply has, with no database behind.
"""

from __future__ import annotations

import threading
from functools import partial
from multiprocessing.connection import Client, Connection, Listener
from typing import ClassVar

from ..workload import Row, make_row
from .base import Connector, Session
from .served import Serve, ServedPeer

REQUEST = b"q" * 60
REPLY = b"r" * 160
STORED: Row = {"id": 1, **make_row(1)}


def _echo(connection: Connection) -> None:
    """Answer every message until the client is gone."""
    try:
        while True:
            connection.recv_bytes()
            connection.send_bytes(REPLY)
    except EOFError:
        connection.close()


def serve(database_path: str, address: str, announce: Connection) -> None:
    """Echo to every client from a thread of its own."""
    with Listener(address, family="AF_UNIX", backlog=64) as listener:
        announce.send_bytes(b"ready")
        while True:
            threading.Thread(target=_echo, args=(listener.accept(),)).start()


class EchoSession(Session):
    """A connection to the echo; whatever it is asked costs one round trip."""

    def __init__(self, address: str) -> None:
        """Connect."""
        self._connection = Client(address, family="AF_UNIX")

    def _round_trip(self) -> None:
        """Send a request and wait for its echo."""
        self._connection.send_bytes(REQUEST)
        self._connection.recv_bytes()

    def select(self, key: int) -> Row:
        """Make one round trip."""
        self._round_trip()
        return STORED

    def insert(self, row: Row) -> int:
        """Make one round trip; nothing is stored."""
        self._round_trip()
        return 1

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class ConnectionEcho(ServedPeer):
    """The raw echo."""

    name: ClassVar[str] = "Connection echo"

    @property
    def serve(self) -> Serve:
        """The echoing server."""
        return serve

    @property
    def connector(self) -> Connector:
        """Connects to the echo."""
        return partial(EchoSession, self.address)
