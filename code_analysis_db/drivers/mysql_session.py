"""One connection to a MySQL or MariaDB server.

A statement of a transaction that fails undoes itself only, as the servers do by
themselves; some failures (a deadlock) end the whole transaction, which the session asks
about after each.  A result that is streamed keeps the connection: the rest of it is
read into memory when another statement comes.
"""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from typing import Any, Iterable, Iterator, List, Optional, Sequence

from ..dialects.mysql_flavour import MySQLFlavour
from ..exceptions import (
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
    InvalidValueError,
    OutcomeUnknownError,
)
from .execution_context import ExecutionContext
from .isolation import IsolationLevel
from .mysql_config import MySQLConfig
from .mysql_connect import open_connection
from .mysql_error import STOPPED_BEFORE_THE_END, translated
from .mysql_fault import ConnectionLost, MySQLFault, ServerFault
from .mysql_literal import statement
from .mysql_settings import (
    FACTS,
    IDENTITY,
    ISOLATION,
    MySQLFacts,
    flavour_of,
    settings,
)
from .mysql_stream import MySQLStream
from .mysql_wire import IN_TRANSACTION, NO_BACKSLASH_ESCAPES, MySQLWire, Reply
from .pooled.session import Outcome, ServerSession

_HEADER = 1
_HUNG_UP = select.POLLIN | select.POLLHUP | select.POLLERR | select.POLLNVAL
_CANCEL_TIMEOUT = 5.0


class MySQLSession(ServerSession):
    """A connection that PyMySQL has opened.

    Attributes:
        flavour: of the server's SQL.
        facts: what the server says of itself.
    """

    def __init__(self, config: MySQLConfig, context: ExecutionContext) -> None:
        """Connect and set the connection up.

        Raises:
            DriverConnectionError: no host could be reached or would have us, or the
                server is none that will do.
        """
        self.is_broken = False
        self._config = config
        self._context = context
        self._in_transaction = False
        self._stream: Optional[MySQLStream] = None
        opened = open_connection(config, context)
        self.flavour: MySQLFlavour = flavour_of(opened.version)
        self._wire = MySQLWire(opened.socket)
        self._poll = select.poll()
        self._poll.register(opened.socket, _HUNG_UP)
        try:
            opened.socket.settimeout(config.connection_timeout)
            self._say(settings(self.flavour, config.statement_timeout))
            self._say(ISOLATION)
            self.facts = MySQLFacts(*self._say(FACTS).rows[0])
            opened.socket.settimeout(None)
        except MySQLFault as error:
            self._wire.quit()
            raise DriverConnectionError(
                f"cannot use {config.address} (version {opened.version}): {error}",
                database_code=_code(error),
            ) from error
        except BaseException:
            self._wire.quit()
            raise

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._in_transaction

    @property
    def database(self) -> str:
        """The name of the database."""
        return self._config.database

    # --- statements ---------------------------------------------------------------

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Outcome:
        """Run one statement and return all that it gave."""
        reply = self.ask(sql, params)
        return Outcome(
            reply.affected,
            reply.last_id,
            [column.name for column in reply.columns],
            [column.code for column in reply.columns],
            reply.rows,
        )

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return its rows."""
        return self.run(statement(sql, params)).rows

    def ask(self, sql: str, params: Sequence[Any] = ()) -> Reply:
        """Run one statement and return the server's answer."""
        return self.run(statement(sql, params))

    def run(self, text: bytes) -> Reply:
        """Run one statement that has its parameters in it.

        Raises:
            InvalidValueError: it is longer than the server takes.
        """
        try:
            self._send(text)
            return self._reply()
        except MySQLFault as error:
            raise self._failure(error) from error

    def run_each(self, texts: Iterable[bytes]) -> Iterator[Reply]:
        """Run statements one after another; each is made while the server is at work
        on the one before."""
        pending = iter(texts)
        text = next(pending, None)
        while text is not None:
            try:
                self._send(text)
                try:
                    text = next(pending, None)
                finally:
                    reply = self._reply()
            except MySQLFault as error:
                raise self._failure(error) from error
            yield reply

    def _reply(self) -> Reply:
        """Return the answer to the statement that was sent."""
        reply = self._wire.reply()
        if self._in_transaction and not self._wire.status & IN_TRANSACTION:
            self._in_transaction = False
            raise DriverTransactionError(
                "the statement has ended the transaction: the server committed it, as"
                " it does with statements of that kind"
            )
        return reply

    def stream(self, sql: str, params: Sequence[Any] = ()) -> MySQLStream:
        """Start a query whose rows are read in portions."""
        try:
            self._send(statement(sql, params))
            columns = self._wire.columns()
        except MySQLFault as error:
            raise self._failure(error) from error
        self._stream = MySQLStream(self, self._wire, columns)
        return self._stream

    def _send(self, text: bytes) -> None:
        """Send a statement, once nothing else is under way."""
        if self.is_broken:
            raise DriverConnectionError("the connection to the server was lost before")
        if len(text) + _HEADER >= self.facts.max_packet:
            raise InvalidValueError(
                f"a statement of {len(text)} bytes is more than the server takes; its"
                f" max_allowed_packet is {self.facts.max_packet}"
            )
        if self._stream is not None:
            self._stream.keep_rest()
        self._wire.send(text)

    def _say(self, sql: str) -> Reply:
        """Run a statement of the session's own."""
        self._wire.send(sql.encode())
        return self._wire.reply()

    def stream_ended(self) -> None:
        """Note that no rows are under way any more."""
        self._stream = None

    # --- failures -----------------------------------------------------------------

    def failure(self, error: MySQLFault, *, applies: bool) -> BaseException:
        """Return the package's error, with the session as usable as it can be.

        Args:
            applies: whether what was under way may have changed something for good.
        """
        if isinstance(error, ServerFault):
            if error.number not in STOPPED_BEFORE_THE_END:
                self._look_at_transaction()
                return translated(error, self._context, self.flavour)
            applies = False
        elif isinstance(error, ConnectionLost):
            applies = applies and error.was_sent
        self.is_broken = True
        if applies:
            return OutcomeUnknownError(
                "the connection to the server was lost while a statement was under way,"
                f" which may have been applied or not: {error}",
                database_code=_code(error),
            )
        return DriverConnectionError(
            f"the connection to the server was lost; nothing was applied: {error}",
            database_code=_code(error),
        )

    def _failure(self, error: MySQLFault) -> BaseException:
        """Return the package's error for a statement's failure."""
        return self.failure(error, applies=not self._in_transaction)

    def _look_at_transaction(self) -> None:
        """Ask whether the transaction is still open after a failure in it."""
        if self._in_transaction:
            try:
                self._say("DO 0")
                self._in_transaction = bool(self._wire.status & IN_TRANSACTION)
            except ServerFault:
                # a late request to cancel has met the question
                self._look_at_transaction()
            except ConnectionLost:
                self.is_broken = True

    # --- transactions -------------------------------------------------------------

    def begin(
        self,
        isolation: Optional[IsolationLevel] = None,
        *,
        read_only: bool = False,
        guarded: bool = False,
    ) -> None:
        """Begin a transaction; every one is guarded."""
        if isolation is not None:
            self.query(f"SET TRANSACTION ISOLATION LEVEL {isolation.value.upper()}")
        try:
            self._send(b"START TRANSACTION READ ONLY" if read_only else b"BEGIN")
            self._wire.reply()
        except MySQLFault as error:
            raise self.failure(error, applies=False) from error
        self._in_transaction = True

    def commit(self) -> None:
        """Commit.

        Raises:
            OutcomeUnknownError: the connection was lost before the answer came.
        """
        if not self._in_transaction:
            return
        try:
            self._send(b"COMMIT")
            self._wire.reply()
        except MySQLFault as error:
            stopped = isinstance(error, ServerFault) and (
                error.number in STOPPED_BEFORE_THE_END
            )
            if stopped:
                error = ConnectionLost(str(error), was_sent=True)
            raise self.failure(error, applies=True) from error
        self._in_transaction = False

    def rollback(self) -> None:
        """Roll back what is open; a server that lost the connection does so itself."""
        begun, self._in_transaction = self._in_transaction, False
        if not begun or self.is_broken:
            return
        try:
            self._send(b"ROLLBACK")
            self._wire.reply()
        except MySQLFault:
            self.is_broken = True

    def savepoint(self, name: str) -> None:
        """Set a savepoint."""
        self.query(f"SAVEPOINT {name}")

    def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        self.query(f"RELEASE SAVEPOINT {name}")

    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""
        self.query(f"ROLLBACK TO SAVEPOINT {name}")
        self.query(f"RELEASE SAVEPOINT {name}")

    # --- the connection -----------------------------------------------------------

    def is_alive(self, *, ask: bool) -> bool:
        """Tell whether the server still holds the connection; a question also takes a
        request to cancel that came too late for its statement."""
        if self.is_broken:
            return False
        if self._stream is not None:
            return True
        try:
            if self._poll.poll(0):
                # nothing was asked: it is the end
                self.is_broken = True
            elif ask:
                self._answer()
        except (OSError, MySQLFault):
            self.is_broken = True
        return not self.is_broken and not self._wire.status & NO_BACKSLASH_ESCAPES

    def _answer(self) -> None:
        """Ask something; once more where a late request to cancel met it."""
        try:
            self._say("DO 0")
        except ServerFault:
            self._say("DO 0")

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs, over a connection of its
        own; from another thread."""
        with suppress(DriverError, MySQLFault, OSError):
            opened = open_connection(self._config, most=_CANCEL_TIMEOUT)
            wire = MySQLWire(opened.socket)
            try:
                opened.socket.settimeout(_CANCEL_TIMEOUT)
                wire.send(IDENTITY.encode())
                ((identity,),) = wire.reply().rows
                # another server behind the address has connections of its own
                if identity == self.facts.identity:
                    wire.send(b"KILL QUERY %d" % self.facts.connection_id)
                    wire.reply()
            finally:
                wire.quit()

    def abandon(self) -> None:
        """Shut the connection down under its statement; from another thread."""
        self.is_broken = True
        with suppress(OSError):
            with socket.socket(fileno=os.dup(self._wire.fileno())) as connection:
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self.is_broken = True
        self._wire.quit()


def _code(error: MySQLFault) -> Optional[str]:
    """Return the server's number of an error, if it is one of the server's."""
    return str(error.number) if isinstance(error, ServerFault) else None
