"""The socket that a driver process listens on.

A lock file beside a Unix socket says who is alive: the kernel gives the lock back when
its holder dies, however it dies.  Whoever holds the lock may remove a socket that a
dead driver has left; whoever does not get it is told that the endpoint is in use.  The
lock file is removed under its own lock, and whoever locks a file that was removed in
the meantime starts again: so two drivers never lock two files of one name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from contextlib import suppress
from typing import Optional

import attrs

from ..exceptions import DriverConnectionError, EndpointInUseError
from .endpoint import Endpoint

# Clients that arrive together wait in the kernel, not at the door.
_BACKLOG = 512


class Listener:
    """A bound, listening, non-blocking socket.

    Attributes:
        endpoint: the address that clients take, with the port that was chosen.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        """Bind and listen.

        Raises:
            EndpointInUseError: a live driver serves the endpoint.
            DriverConnectionError: the address cannot be bound.
        """
        self.endpoint = endpoint
        self._lock: Optional[int] = None
        try:
            if endpoint.scheme == "unix":
                self._lock = _lock_beside(endpoint.path)
                self._socket = _bind_unix(endpoint.path)
            else:
                self._socket = _bind_tcp(endpoint)
                port = self._socket.getsockname()[1]
                self.endpoint = attrs.evolve(endpoint, port=port)
            self._socket.listen(_BACKLOG)
        except OSError as error:
            self._unlock()
            if error.errno == errno.EADDRINUSE:
                raise _in_use(endpoint) from error
            raise DriverConnectionError(
                f"cannot listen at {endpoint.address}: {error.strerror or error}"
            ) from error
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Return the listening socket's descriptor."""
        return self._socket.fileno()

    def accept(self) -> Optional[socket.socket]:
        """Return the next client's socket, non-blocking; None when none waits.

        Raises:
            OSError: descriptors or memory have run out; the client waits on.
        """
        try:
            client, _ = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return None
        client.setblocking(False)
        if self.endpoint.scheme == "tcp":
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def close(self) -> None:
        """Stop listening, remove the socket's file and give the endpoint free."""
        if self._lock is not None:
            for path in (self.endpoint.path, _lock_path(self.endpoint.path)):
                with suppress(FileNotFoundError):
                    os.unlink(path)
        self._socket.close()
        self._unlock()

    def _unlock(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _in_use(endpoint: Endpoint) -> EndpointInUseError:
    """Return the error of an endpoint that somebody else serves."""
    return EndpointInUseError(
        f"a live driver already serves {endpoint.address}: connect to it, or choose"
        " another endpoint"
    )


def _lock_path(path: str) -> str:
    """Return the path of the lock file of the socket at ``path``."""
    return path + ".lock"


def _lock_beside(path: str) -> int:
    """Return the descriptor that holds the lock of the socket at ``path``."""
    lock_path = _lock_path(path)
    while True:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(lock_path)):
                    return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise _in_use(Endpoint("unix", path=path)) from None
        os.close(descriptor)


def _bind_unix(path: str) -> socket.socket:
    """Return a socket bound to ``path``; what a dead driver left there goes."""
    with suppress(FileNotFoundError):
        os.unlink(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(path)
        os.chmod(path, 0o600)
    except OSError:
        listening.close()
        raise
    return listening


def _bind_tcp(endpoint: Endpoint) -> socket.socket:
    """Return a socket bound to the endpoint's host and port."""
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((endpoint.host, endpoint.port))
    except OSError:
        listening.close()
        raise
    return listening
