"""Hands records to the program's ``logging``, on a thread of its own.

A handler of the program may be slow, may wait for a lock that a caller of the
supervisor holds, or may raise: none of that may stop the supervision.
"""

from __future__ import annotations

import logging
import os
import threading
from queue import SimpleQueue
from typing import Any, Optional, Sequence, Union

_MAX_PENDING = 10_000


class LogReplay:
    """A queue of log records and the thread that empties it.

    Attributes:
        failures: how many records a handler of the program raised on, or came while
            the handlers were too far behind.
    """

    def __init__(self) -> None:
        """Start the thread."""
        self.failures = 0
        self._pending: SimpleQueue[Union[logging.LogRecord, threading.Event, None]] = (
            SimpleQueue()
        )
        self._thread = threading.Thread(
            target=self._handle_all, name="driver-log", daemon=True
        )
        self._thread.start()

    def put(self, record: logging.LogRecord) -> None:
        """Have the record handled soon by the logger that it names."""
        if self._pending.qsize() >= _MAX_PENDING:
            self.failures += 1
        else:
            self._pending.put(record)

    def log(
        self,
        name: str,
        level: int,
        message: str,
        *args: Any,
        error: Optional[BaseException] = None,
    ) -> None:
        """Log for the supervisor itself, in place of ``Logger.log``."""
        exc_info = None if error is None else (type(error), error, error.__traceback__)
        self.put(
            logging.LogRecord(name, level, __file__, 0, message, args, exc_info, None)
        )

    def flush(self, timeout: float) -> None:
        """Wait until what was put before is handled, ``timeout`` seconds at most."""
        done = threading.Event()
        self._pending.put(done)
        done.wait(timeout)

    def close(self, timeout: float) -> None:
        """Handle what is pending, for ``timeout`` seconds at most."""
        self._pending.put(None)
        self._thread.join(timeout)

    def _handle_all(self) -> None:
        """Handle records until :meth:`close`."""
        while (item := self._pending.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
            else:
                self._handle(item)

    def _handle(self, record: logging.LogRecord) -> None:
        """Let the record's logger have it, if it is enabled for its level."""
        logger = logging.getLogger(record.name)
        try:
            if logger.isEnabledFor(record.levelno):
                logger.handle(record)
        except Exception:
            # Raised by a handler or filter of the program; there is nobody to tell.
            self.failures += 1


def record_from_fields(fields: Sequence[Any], process_name: str, pid: int) -> Any:
    """Make the log record that a driver process sent (see :mod:`.parent_pipe`)."""
    name, level, created, path, line, function, thread, text = fields
    record = logging.LogRecord(name, level, path, line, text, None, None, function)
    record.created = created
    record.msecs = int(created % 1 * 1000)
    record.threadName = thread
    record.processName = process_name
    record.process = pid
    record.filename = os.path.basename(path)
    return record
