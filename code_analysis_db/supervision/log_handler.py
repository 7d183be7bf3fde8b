"""The driver process's ``logging``: every record goes to the parent."""

from __future__ import annotations

import logging
import threading
from typing import Any, Dict, Mapping

from .parent_pipe import ParentPipe
from .redaction import Redactor

_MAX_TEXT = 100_000
_PACKAGE_LOGGER = __name__.partition(".")[0]
_log = logging.getLogger(__name__)


class ParentLogHandler(logging.Handler):
    """Sends each record's text to the parent, without its arguments.

    It never blocks and never raises: what the parent does not take in time is counted,
    and the count goes with the next record that it does take.
    """

    def __init__(self, pipe: ParentPipe, redact: Redactor) -> None:
        """Send through ``pipe`` what ``redact`` leaves of each text."""
        super().__init__()
        self._pipe = pipe
        self._redact = redact
        self._formatter = logging.Formatter()
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record, or count it."""
        try:
            sent = self._pipe.offer("log", *self._fields(record))
        except Exception:
            # A record whose arguments do not fit its message, for one.
            sent = False
        self._dropped = 0 if sent else self._dropped + 1

    def _fields(self, record: logging.LogRecord) -> Any:
        """Return the record as the parent takes it."""
        text = self._redact(self._formatter.format(record))[:_MAX_TEXT]
        if self._dropped:
            text += f" (after {self._dropped} log records that were dropped)"
        return (
            record.name,
            record.levelno,
            record.created,
            record.pathname,
            record.lineno,
            record.funcName,
            record.threadName,
            text,
        )


def log_to_parent(
    pipe: ParentPipe, redact: Redactor, levels: Mapping[str, int]
) -> None:
    """Make the parent the only place that this process logs to.

    Args:
        levels: logger names (``""`` for the root) to their levels.
    """
    logging.getLogger().handlers[:] = [ParentLogHandler(pipe, redact)]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    threading.excepthook = _log_thread_failure


def _log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    """Log the exception that ended a thread."""
    if failure.exc_value is not None:
        name = failure.thread.name if failure.thread else "?"
        _log.critical("thread %s failed", name, exc_info=failure.exc_value)


def current_log_levels() -> Dict[str, int]:
    """Return the levels that this process has set on the package's loggers.

    The root's entry is the level that the package's loggers inherit.
    """
    levels = {"": logging.getLogger(_PACKAGE_LOGGER).getEffectiveLevel()}
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == _PACKAGE_LOGGER:
            level = logging.getLogger(name).level
            if level != logging.NOTSET:
                levels[name] = level
    return levels
