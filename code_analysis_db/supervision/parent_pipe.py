"""What a driver process tells its parent: ready, failed, and its log records.

Each message is a msgpack list whose first item is its kind, in the framing of
``multiprocessing.connection``:

* ``["ready", endpoint]``: the driver listens there;
* ``["failed", code, message, details]``: it cannot start, for a reason that starting
  again as it is would not cure;
* ``["log", name, level, created, file, line, function, thread, text]``: a log record.

The child's side never blocks and never raises; a parent that does not read loses log
records, not requests.
"""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, List, Optional

import ormsgpack

from ..transport.framing import FrameParser, OversizedFrame

_MAX_PENDING = 1000
_MAX_MESSAGE_BYTES = 1 << 20
_READ_BYTES = 1 << 16


class ParentPipe:
    """The child's end: messages are queued and sent by a thread of their own."""

    def __init__(self, connection: Connection) -> None:
        """Start the thread that writes to ``connection``."""
        self._connection = connection
        # A SimpleQueue's put may interrupt itself (a signal handler that logs).
        self._pending: SimpleQueue[Optional[bytes]] = SimpleQueue()
        self._thread = threading.Thread(
            target=self._send_all, name="parent-pipe", daemon=True
        )
        self._thread.start()

    def send(self, *message: Any) -> None:
        """Queue a message that the parent must get."""
        self._pending.put(ormsgpack.packb(message))

    def offer(self, *message: Any) -> bool:
        """Queue a message unless too many wait already; whether it was queued."""
        if self._pending.qsize() >= _MAX_PENDING:
            return False
        self.send(*message)
        return True

    def close(self, timeout: float) -> None:
        """Send what is queued, for ``timeout`` seconds at most."""
        self._pending.put(None)
        self._thread.join(timeout)

    def _send_all(self) -> None:
        """Send until :meth:`close`; drop everything once the parent is gone."""
        is_open = True
        while (payload := self._pending.get()) is not None:
            try:
                if is_open:
                    self._connection.send_bytes(payload)
            except OSError:
                is_open = False


class ChildPipe:
    """The parent's end; reading takes what is there and never blocks.

    A driver that was stopped in the middle of a message holds nobody up.
    """

    def __init__(self, connection: Connection) -> None:
        """Take over the reading end of the pipe."""
        self._connection = connection
        self._parser = FrameParser(_MAX_MESSAGE_BYTES)
        self.is_at_end = False
        os.set_blocking(connection.fileno(), False)

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._connection.fileno()

    def read(self) -> List[List[Any]]:
        """Return the messages that have arrived; sets ``is_at_end`` at the end."""
        try:
            data = os.read(self._connection.fileno(), _READ_BYTES)
        except BlockingIOError:
            return []
        self.is_at_end = not data
        return [
            ormsgpack.unpackb(payload)
            for payload in self._parser.feed(data)
            if not isinstance(payload, OversizedFrame)
        ]

    def read_rest(self) -> List[List[Any]]:
        """Return the messages that a process which has ended left in the pipe."""
        messages: List[List[Any]] = []
        while not self.is_at_end and (more := self.read()):
            messages += more
        return messages

    def close(self) -> None:
        """Close the pipe."""
        self._connection.close()
