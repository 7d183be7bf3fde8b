"""Opening psycopg2's connections, and looking at them from outside."""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from math import ceil, inf
from time import perf_counter

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, connection

from ..exceptions import DriverConnectionError
from .execution_context import ExecutionContext
from .postgres_config import PostgresConfig
from .postgres_error import POSTGRES_ERRORS
from .postgres_type import register_types

_HUNG_UP = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL
_LEAST_TIMEOUT = 2
"""Seconds; libpq takes whole ones and no fewer."""


def open_connection(config: PostgresConfig, context: ExecutionContext) -> connection:
    """Return a new connection in autocommit mode, in the time that the request leaves
    for it.

    Raises:
        DriverConnectionError: no host could be reached, or would have us.
    """
    deadline = context.deadline
    left = inf if deadline is None else deadline.at - perf_counter()
    timeout = max(_LEAST_TIMEOUT, ceil(min(config.connection_timeout, left)))
    try:
        made: connection = psycopg2.connect(
            **config.parameters(), connect_timeout=timeout
        )
    except POSTGRES_ERRORS as error:
        raise _connecting_error(error, config) from error
    try:
        made.autocommit = True
        register_types(made)
        made.cursor().execute(config.session_settings())
    except POSTGRES_ERRORS as error:
        made.close()
        raise _connecting_error(error, config) from error
    except BaseException:
        made.close()
        raise
    return made


def open_asynchronously(config: PostgresConfig, settings: str) -> connection:
    """Return a new connection of the asynchronous kind, which is in autocommit mode
    by nature.

    Args:
        settings: the statements that set it up, as one message.

    Raises:
        DriverConnectionError: no host could be reached, or would have us.
    """
    until = perf_counter() + max(_LEAST_TIMEOUT, config.connection_timeout)
    try:
        made: connection = psycopg2.connect(**config.parameters(), async_=True)
    except POSTGRES_ERRORS as error:
        raise _connecting_error(error, config) from error
    try:
        _wait(made, until)
        register_types(made)
        # kept: psycopg2 has the connection know its cursor by a weak reference
        setting = made.cursor()
        setting.execute(settings)
        _wait(made, until)
    except POSTGRES_ERRORS as error:
        made.close()
        raise _connecting_error(error, config) from error
    except BaseException:
        made.close()
        raise
    return made


def _wait(made: connection, until: float) -> None:
    """Wait until an asynchronous connection has done what it does.

    Raises:
        psycopg2.Error: it failed, or was not done in time.
    """
    while (state := made.poll()) != POLL_OK:
        poll = select.poll()
        # anew each time: the socket is another when the next host is tried
        poll.register(
            made.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT
        )
        if not poll.poll(max(0.0, until - perf_counter()) * 1000):
            raise psycopg2.OperationalError("timeout expired")


def _connecting_error(
    error: BaseException, config: PostgresConfig
) -> DriverConnectionError:
    """Return the error for a connection that was not had."""
    reason = " ".join(str(error).split())
    if config.password:
        reason = reason.replace(config.password, "…")
    return DriverConnectionError(
        f"cannot connect to {config.address}: {reason}",
        database_code=getattr(error, "pgcode", None),
    )


def is_held(made: connection) -> bool:
    """Tell, without asking, whether the server still holds an idle connection.

    What it sent that nobody asked for (a notice, a setting that has changed) is taken.

    Raises:
        psycopg2.Error: what it sent shows that it does not.
    """
    poll = select.poll()
    poll.register(made.fileno(), select.POLLIN | select.POLLRDHUP)
    found = poll.poll(0)
    if not found:
        return True
    ((_, events),) = found
    if events & _HUNG_UP:
        return False
    made.poll()
    return not made.closed


def shut_down(made: connection) -> None:
    """End a connection under the statement that another thread runs on it."""
    with suppress(OSError, *POSTGRES_ERRORS):
        with socket.socket(fileno=os.dup(made.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)
