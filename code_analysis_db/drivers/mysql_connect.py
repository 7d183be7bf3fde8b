"""Opens connections with PyMySQL: addresses, encryption, authentication."""

from __future__ import annotations

import socket
from math import inf
from ssl import SSLError, SSLSocket
from time import perf_counter
from typing import Any, Dict, List, NamedTuple, Optional

import pymysql
from pymysql.constants import CLIENT, CR

from ..exceptions import DriverConnectionError, DriverError, MissingDependencyError
from .execution_context import Deadline, ExecutionContext
from .interruption import check_deadline
from .mysql_config import MySQLConfig

_LEAST_TIMEOUT = 0.05
_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds, and times: a server that is gone without a word is noticed."""
_UNREACHABLE = (CR.CR_CONN_HOST_ERROR, CR.CR_CONNECTION_ERROR, CR.CR_SERVER_LOST)


class OpenConnection(NamedTuple):
    """A connection after its handshake.

    Attributes:
        socket: to speak over; it blocks.
        version: that the server greeted with.
    """

    socket: socket.socket
    version: str


def open_connection(
    config: MySQLConfig,
    context: Optional[ExecutionContext] = None,
    most: float = inf,
) -> OpenConnection:
    """Open a connection in the time that the request leaves for it.

    Args:
        context: tells what the calling thread's request leaves; None for no request.
        most: seconds at most.

    Raises:
        DriverConnectionError: no host could be reached or would have us.
        MissingDependencyError: the server asks for a way to send the password that
            needs another package.
    """
    places: List[Dict[str, Any]] = [{"unix_socket": config.unix_socket}]
    if config.unix_socket is None:
        places = [{"host": host, "port": port} for host, port in config.addresses]
    failures: List[str] = []
    for place in places:
        timeout = min(most, _timeout(config, context))
        try:
            return _connect(config, place, timeout)
        except pymysql.Error as error:
            number = error.args[0] if error.args else None
            failure = _failure(config, _reason(error), number)
            if number not in _UNREACHABLE:
                raise failure from error
            failures.append(_reason(error))
    raise _failure(config, "; ".join(failures), CR.CR_CONN_HOST_ERROR)


def _timeout(config: MySQLConfig, context: Optional[ExecutionContext]) -> float:
    """Return the seconds that connecting may take."""
    deadline: Optional[Deadline] = None
    if context is not None:
        check_deadline(context)
        deadline = context.deadline
    left = inf if deadline is None else deadline.at - perf_counter()
    return max(_LEAST_TIMEOUT, min(config.connection_timeout, left))


def _connect(
    config: MySQLConfig, place: Dict[str, Any], timeout: float
) -> OpenConnection:
    """Connect to one place, without encryption where none is wanted or to be had."""
    if not config.wants_encryption:
        return _shake_hands(config, place, timeout, {"ssl_disabled": True})
    try:
        ssl: Dict[str, Any] = {"ssl": config.ssl_context()}
    except OSError as error:
        raise _failure(
            config, f"a certificate's file cannot be read: {error}"
        ) from None
    try:
        opened = _shake_hands(config, place, timeout, ssl)
    except pymysql.Error as error:
        refused = error.args and error.args[0] == CR.CR_SSL_CONNECTION_ERROR
        if config.needs_encryption or not refused:
            raise
        return _shake_hands(config, place, timeout, {"ssl_disabled": True})
    if config.needs_encryption and not isinstance(opened.socket, SSLSocket):
        # older versions of PyMySQL go on without
        opened.socket.close()
        raise _failure(config, f"ssl_mode is {config.ssl_mode!r}, and it has no TLS")
    return opened


def _shake_hands(
    config: MySQLConfig, place: Dict[str, Any], timeout: float, ssl: Dict[str, Any]
) -> OpenConnection:
    """Connect with PyMySQL, and take the socket over."""
    try:
        connection: Any = pymysql.connect(
            user=config.user,
            # PyMySQL would encode text as Latin-1
            password=(config.password or "").encode(),
            database=config.database,
            charset="utf8mb4",
            client_flag=CLIENT.FOUND_ROWS,
            connect_timeout=timeout,
            read_timeout=timeout,
            write_timeout=timeout,
            program_name=config.application_name,
            autocommit=None,
            **place,
            **ssl,
        )
    except (SSLError, OSError) as error:
        raise _failure(config, str(error)) from error
    except RuntimeError as error:
        raise MissingDependencyError(
            f"cannot connect to {config.address}: {error}; install it with"
            " pip install PyMySQL[rsa], or set ssl_mode='require'"
        ) from error
    taken: socket.socket = connection._sock
    version: str = connection.server_version
    # closing or collecting the connection would close the socket
    connection._sock = connection._rfile = None
    taken.settimeout(None)
    if taken.family != socket.AF_UNIX:
        for name, value in _KEEPALIVE.items():
            option = getattr(socket, name, None)
            if option is not None:
                taken.setsockopt(socket.IPPROTO_TCP, option, value)
    return OpenConnection(taken, version)


def _reason(error: BaseException) -> str:
    """Return what PyMySQL or the server says."""
    text = error.args[1] if len(error.args) > 1 else error
    return " ".join(str(text).split())


def _failure(
    config: MySQLConfig, reason: str, number: Optional[int] = None
) -> DriverError:
    """Return the error for a connection that was not had."""
    if config.password:
        reason = reason.replace(config.password, "…")
    return DriverConnectionError(
        f"cannot connect to {config.address}: {reason}",
        database_code=None if number is None else str(number),
    )
