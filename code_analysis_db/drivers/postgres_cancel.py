"""Asking a PostgreSQL server to stop a statement, without holding up anybody here.

A cancel request goes over a connection of its own and is answered by the server's
hanging up; one that is overloaded or stopped does not.  psycopg2's
``connection.cancel()`` waits for that with the interpreter's lock held, so that no
thread of the process runs; libpq's own function is therefore called by way of ctypes,
which lets go of the lock.
"""

from __future__ import annotations

import ctypes

from psycopg2.extensions import connection

from .postgres_libpq import LIBPQ

_MESSAGE_SIZE = 256


class CancelRequest:
    """What stops the statement of a connection; a copy of all that this takes, so that
    it may be used while the connection is closed."""

    __slots__ = ("_handle",)

    def __init__(self, made: connection) -> None:
        """Prepare for stopping the statements of an open connection."""
        self._handle = LIBPQ.PQgetCancel(made.pgconn_ptr)

    def __del__(self) -> None:
        """Give the copy back."""
        LIBPQ.PQfreeCancel(self._handle)

    def send(self) -> None:
        """Ask the server, and wait until it has taken the request.

        A server that cannot be reached is no error: it runs nothing for us either.
        """
        message = ctypes.create_string_buffer(_MESSAGE_SIZE)
        LIBPQ.PQcancel(self._handle, message, _MESSAGE_SIZE)
