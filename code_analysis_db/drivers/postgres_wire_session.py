"""A connection that psycopg2 has made, and over which the protocol is spoken here.

psycopg2 shakes hands and has the password; what comes after is spoken over its socket,
since a connection of psycopg2's answers one statement before it takes the next.  Here
many are under way at once, and what comes in one round of the loop leaves in one
message.  Only for connections that are not encrypted.
"""

from __future__ import annotations

import os
import socket
from time import perf_counter
from typing import List, Sequence

from psycopg2.extensions import connection

from ..dialects.statement import Statement
from ..exceptions import DriverConnectionError
from .express_session import ExpressSession, Reply, Wants
from .postgres_cancel import CancelRequest
from .postgres_wire_message import EXECUTE, SYNC, bind
from .postgres_wire_reader import WireReader, WireReply
from .postgres_wire_statement import WireStatement, WireStatements
from .postgres_wire_value import Decoders, encode_values

_CAPACITY = 64
_PORTION = 32_768


class PostgresWireSession(ExpressSession):
    """Statements in PostgreSQL's extended query protocol, pipelined."""

    capacity = _CAPACITY

    def __init__(self, made: connection, *, named: bool, groups: bool) -> None:
        """Go on where psycopg2 has ended; it keeps the connection and closes it.

        Args:
            named: whether statements may be prepared under names.
            groups: as the attribute says.
        """
        self.idle_since = perf_counter()
        self.groups = groups
        self._connection = made
        self._cancel = CancelRequest(made)
        self._socket = socket.socket(fileno=os.dup(made.fileno()))
        self._socket.setblocking(False)
        self._descriptor = self._socket.fileno()
        self._statements = WireStatements(named=named)
        self._reader = WireReader(Decoders(made).of_type)
        self._unsent = bytearray()

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._descriptor

    def put(self, statements: Sequence[Statement]) -> None:
        """Add statements to what is to be sent."""
        values = [encode_values(statement.params) for statement in statements]
        unsent = self._unsent
        awaited: List[WireStatement] = []
        for statement, encoded in zip(statements, values):
            found, before = self._statements.find(statement.sql, len(statement.params))
            if before:
                unsent += before
            unsent += bind(found.head, encoded)
            unsent += EXECUTE
            awaited.append(found)
        unsent += SYNC
        self._reader.awaited.append(WireReply(awaited))

    def flush(self) -> Wants:
        """Send what the socket has room for."""
        unsent = self._unsent
        while unsent:
            try:
                sent = self._socket.send(unsent)
            except BlockingIOError:
                return Wants.WRITE
            except OSError as error:
                raise _lost(str(error)) from error
            del unsent[:sent]
        return Wants.READ

    @property
    def has_unsent(self) -> bool:
        """Whether the end of what was put is still here."""
        return bool(self._unsent)

    def receive(self) -> List[Reply]:
        """Take what the server has sent."""
        reader = self._reader
        if reader.ending is not None:
            raise reader.ending
        try:
            data = self._socket.recv(_PORTION)
        except BlockingIOError:
            return []
        except OSError as error:
            raise _lost(str(error)) from error
        if not data:
            raise _lost("the server has closed it")
        replies = reader.feed(data)
        for reply in replies:
            if reply.code is not None:
                self._drop_unfit(reply)
        return list(replies)

    def _drop_unfit(self, reply: WireReply) -> None:
        """Prepare anew what a failure may have left unprepared, or unfit."""
        for statement in reply.statements:
            self._statements.drop(statement)

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs; from another thread."""
        self._cancel.send()

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self._socket.close()
        self._connection.close()


def _lost(reason: str) -> DriverConnectionError:
    """Return the error for a connection that is lost."""
    return DriverConnectionError(f"the connection to the server was lost: {reason}")
