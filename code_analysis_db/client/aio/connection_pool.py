"""The connections of one client in an event loop.

One is shared by everything that keeps no order.  A transaction or a stream takes one
of its own for its time; those that are free are kept, last in, first out.
"""

from __future__ import annotations

import asyncio
from copy import copy
from functools import partial
from typing import List, Optional, Set

from ...exceptions import DriverConnectionError, DriverUnavailableError
from ...transport.endpoint import Endpoint
from ..fork_guard import ForkAware, guard
from .connection import Connection
from .places import Places


class ConnectionPool(ForkAware):
    """Hands out connections to the tasks of the event loop in which it was made."""

    def __init__(self, endpoint: Endpoint, limit: int, patience: float) -> None:
        """Open nothing yet.

        Args:
            limit: own connections at a time.
            patience: seconds to wait for one at the limit.
        """
        self._loop = asyncio.get_running_loop()
        self._was_forked = False
        self._endpoint = endpoint
        self._limit = limit
        self._patience = patience
        self._closed = False
        self._shared: Optional[Connection] = None
        self._opening: "Optional[asyncio.Task[Connection]]" = None
        self._free: List[Connection] = []
        self._all: Set[Connection] = set()
        self._places = Places(limit)
        guard(self)

    # --- the shared one ----------------------------------------------------------

    async def shared(self, timeout: Optional[float] = None) -> Connection:
        """Return the connection that requests share, opened by the first who asks.

        Raises:
            DriverUnavailableError: no driver answers.
            DriverConnectionError: the client is closed.
        """
        shared = self._shared
        if shared is not None and shared.is_open:
            return shared
        if self._closed:
            raise _closed()
        opening = self._opening
        if opening is None or opening.done():
            opening = self._loop.create_task(self._open_shared())
            # Whoever asked may be gone when it fails; then nobody has to hear of it.
            opening.add_done_callback(_look_at)
            self._opening = opening
        await asyncio.wait((opening,), timeout=timeout)
        if not opening.done():
            raise DriverUnavailableError(
                f"no driver answers at {self._endpoint.address} within {timeout:g} s"
            )
        if opening.cancelled():
            raise _closed()
        error = opening.exception()
        if error is not None:
            # One of its own for each who waits.
            raise copy(error)
        return opening.result()

    async def _open_shared(self) -> Connection:
        """Open the shared connection."""
        self._shared = shared = await self._open(None, shared=True)
        return shared

    # --- those of one's own ------------------------------------------------------

    async def take(self, timeout: Optional[float] = None) -> Connection:
        """Return a connection that nobody else uses; :meth:`give` it back.

        Raises:
            DriverUnavailableError: no driver answers.
            DriverConnectionError: the client is closed, or all stay in use.
        """
        self.check_place()
        patience = self._patience if timeout is None else min(timeout, self._patience)
        if self._closed:
            raise _closed()
        await self._places.enter(patience, partial(self._exhausted, patience))
        try:
            while self._free:
                connection = self._free.pop()
                if connection.is_open:
                    return connection
                self._all.discard(connection)
            return await self._open(timeout, shared=False)
        except BaseException:
            self._places.leave()
            raise

    def give(self, connection: Connection) -> None:
        """Take a connection back; one that is lost, or not at rest, is dropped."""
        if connection.is_open and connection.is_idle and not self._closed:
            self._free.append(connection)
        else:
            connection.close()
            self._all.discard(connection)
        self._places.leave()

    def drop_free(self) -> None:
        """Close the free connections: the driver that they led to has gone."""
        free, self._free = self._free, []
        for connection in free:
            connection.close()
        self._all.difference_update(free)

    # --- all ---------------------------------------------------------------------

    def check_place(self) -> None:
        """Refuse to be used where the client cannot work.

        Raises:
            DriverConnectionError: it is in another event loop, or in a forked child.
        """
        if self._was_forked:
            raise DriverConnectionError(
                "the client was made before the process was forked: connect anew in"
                " the child"
            )
        if asyncio.get_running_loop() is not self._loop:
            raise DriverConnectionError(
                "the client belongs to another event loop: connect one in each, with"
                " client.endpoint"
            )

    def close(self) -> None:
        """Close every connection; what is under way fails.  Twice is fine.

        Raises:
            DriverConnectionError: another event loop, which runs, owns them.
        """
        if not (self._was_forked or self._loop.is_closed()):
            self.check_place()
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
        for connection in list(self._all):
            connection.close()
        self._all.clear()
        self._free.clear()
        self._places.fail(_closed)

    def forget(self) -> None:
        """Close a forked child's copies of the parent's descriptors."""
        self._was_forked = True
        for connection in list(self._all):
            connection.forget()

    async def _open(self, timeout: Optional[float], *, shared: bool) -> Connection:
        """Open a connection."""
        connection = await Connection.open(self._endpoint, timeout, shared=shared)
        if self._closed:
            connection.close()
            raise _closed()
        self._all = {each for each in self._all if not each.closed}
        self._all.add(connection)
        return connection

    def _exhausted(self, patience: float) -> DriverConnectionError:
        """Return the error of a client whose own connections are all in use."""
        return DriverConnectionError(
            f"all {self._limit} connections of the client have been in use for"
            f" {patience:g} s; end transactions and close streams, or raise"
            " max_connections"
        )


def _closed() -> DriverConnectionError:
    """Return the error of a client that is closed."""
    return DriverConnectionError("the client is closed")


def _look_at(opening: "asyncio.Task[Connection]") -> None:
    """Take note of how it ended."""
    if not opening.cancelled():
        opening.exception()
