"""The connections of one client.

Free channels are kept last in, first out, so that few are used and stay warm; more are
opened on demand up to a limit.  Taking and giving back a free channel costs one list
operation and no lock: ``list.pop`` and ``list.append`` are atomic.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from time import monotonic
from typing import List, MutableSet, Optional
from weakref import WeakSet

from ..exceptions import DriverConnectionError
from ..transport.endpoint import Endpoint
from .channel import Channel
from .fork_guard import ForkAware, guard


class ChannelPool(ForkAware):
    """Hands out connected channels to the threads of a program.

    A channel that is lost without being given back is not counted any more once it is
    garbage.
    """

    def __init__(self, endpoint: Endpoint, limit: int, patience: float) -> None:
        """Open nothing yet.

        Args:
            limit: channels at a time.
            patience: seconds to wait for a free channel at the limit.
        """
        self._endpoint = endpoint
        self._limit = limit
        self._patience = patience
        self._closed = False
        self._start_empty()
        guard(self)

    def _start_empty(self) -> None:
        """Have no channels, and a lock that nobody holds."""
        self._free: List[Channel] = []
        self._all: MutableSet[Channel] = WeakSet()
        self._connecting = 0
        self._waiting = 0
        self._changed = threading.Condition()

    def take(self, timeout: Optional[float] = None) -> Channel:
        """Return a channel that nobody else uses; :meth:`give` it back.

        Raises:
            DriverUnavailableError: no driver answers.
            DriverConnectionError: the client is closed, or all channels stay in use.
        """
        try:
            return self._free.pop()
        except IndexError:
            return self._take_new(timeout)

    def give(self, channel: Channel) -> None:
        """Take a channel back; one that is closed or out of step is dropped."""
        if channel.closed or channel.due or self._closed:
            channel.close()
            self._all.discard(channel)
        else:
            self._free.append(channel)
        if self._waiting:
            with self._changed:
                self._changed.notify()

    def drop_free(self) -> None:
        """Close the free channels: the driver that they led to has gone."""
        while True:
            try:
                channel = self._free.pop()
            except IndexError:
                return
            channel.close()
            self.give(channel)

    def close(self) -> None:
        """Close every channel, those in use when they are given back."""
        self._closed = True
        self.drop_free()
        with self._changed:
            self._changed.notify_all()

    def forget(self) -> None:
        """Close a forked child's copies of the parent's descriptors and lock."""
        for channel in list(self._all):
            channel.close()
        self._start_empty()

    def _take_new(self, timeout: Optional[float]) -> Channel:
        """Open a channel, or wait for one where the limit is reached."""
        patience = self._patience if timeout is None else min(timeout, self._patience)
        deadline = monotonic() + patience
        with self._changed:
            # Counted before the free list is looked at: who gives back after that
            # look sees the count, and wakes this thread.
            self._waiting += 1
            try:
                while True:
                    if self._closed:
                        raise DriverConnectionError("the client is closed")
                    with suppress(IndexError):
                        return self._free.pop()
                    if len(self._all) + self._connecting < self._limit:
                        self._connecting += 1
                        break
                    if not self._changed.wait(max(0.0, deadline - monotonic())):
                        raise self._exhausted(patience)
            finally:
                self._waiting -= 1
        return self._open(timeout)

    def _open(self, timeout: Optional[float]) -> Channel:
        """Open a channel in the place that was counted for it."""
        try:
            channel = Channel.open(self._endpoint, timeout)
            self._all.add(channel)
            return channel
        finally:
            with self._changed:
                self._connecting -= 1
                self._changed.notify()

    def _exhausted(self, patience: float) -> DriverConnectionError:
        """Return the error of a client whose channels are all in use."""
        return DriverConnectionError(
            f"all {self._limit} connections of the client have been in use for"
            f" {patience:g} s; end transactions and close streams, or raise"
            " max_connections"
        )
