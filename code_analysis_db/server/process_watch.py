"""Tells when other processes end.

A connection does not always say so: a child that was forked from a client keeps the
client's socket open, and a sibling keeps a parent's pipe.  A pidfd fires at once, and
for the very process.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Callable, Dict, List, Tuple

from ..event_loop import READ, EventLoop

_PEER_CREDENTIALS = struct.Struct("3i")


class ProcessWatch:
    """Calls back when a process ends.  Loop thread only."""

    def __init__(self, loop: EventLoop) -> None:
        """Watch nothing yet."""
        self._loop = loop
        self._watched: Dict[int, Tuple[int, List[Callable[[], None]]]] = {}

    def add(self, process_id: int, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the process ends; at once if it is gone already."""
        if process_id in self._watched:
            self._watched[process_id][1].append(callback)
            return
        try:
            descriptor = os.pidfd_open(process_id)
        except ProcessLookupError:
            self._loop.call_soon(callback)
            return
        except OSError:
            # No descriptor left, or another namespace's process: the end of the
            # connection has to do.
            return
        self._watched[process_id] = (descriptor, [callback])
        self._loop.register(descriptor, READ, lambda _: self._ended(process_id))

    def remove(self, process_id: int, callback: Callable[[], None]) -> None:
        """Take a call back."""
        watched = self._watched.get(process_id)
        if watched is None or callback not in watched[1]:
            return
        watched[1].remove(callback)
        if not watched[1]:
            self._forget(process_id)

    def _ended(self, process_id: int) -> None:
        """Make the calls for a process that has ended."""
        callbacks = self._watched[process_id][1]
        self._forget(process_id)
        for callback in callbacks:
            callback()

    def _forget(self, process_id: int) -> None:
        """Stop watching a process."""
        descriptor = self._watched.pop(process_id)[0]
        self._loop.unregister(descriptor)
        os.close(descriptor)

    def close(self) -> None:
        """Stop watching."""
        for process_id in list(self._watched):
            self._forget(process_id)


def peer_process(stream: socket.socket) -> int:
    """Return the id of the process that connected a Unix socket, 0 where unknown."""
    if stream.family != socket.AF_UNIX:
        return 0
    credentials = stream.getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER_CREDENTIALS.size
    )
    process_id: int = _PEER_CREDENTIALS.unpack(credentials)[0]
    return process_id
