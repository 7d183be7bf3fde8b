"""The driver process from within: signals, logging, crash dumps, its parent.

It makes a process out of a server; what the server serves is not known here.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import shutil
import signal
from functools import partial
from multiprocessing.connection import Connection
from typing import Callable, ContextManager, Protocol

from ..exceptions import DriverError
from ..transport.endpoint import Endpoint
from .child_options import ChildOptions
from .log_handler import log_to_parent
from .parent_pipe import ParentPipe
from .redaction import Redactor
from .runtime_directory import DirectoryHold
from .stop_signal import StopSignal

_log = logging.getLogger(__name__)

# The parent's pipe gets so long to take the last log records.
_FLUSH_SECONDS = 1.0
EXIT_FAILED = 1


class Server(Protocol):
    """What a driver process runs in its main thread.

    Attributes:
        endpoint: where it listens; a port that was left open is chosen.
    """

    endpoint: Endpoint

    def serve(self) -> None:
        """Serve until it is stopped."""

    def request_stop(self) -> None:
        """Begin to end; called on another thread."""

    def watch_parent(self, process_id: int) -> None:
        """Stop when the process ``process_id`` has ended."""


ServerFactory = Callable[[ChildOptions], ContextManager[Server]]


def serve_child(
    options: ChildOptions, connection: Connection, make_server: ServerFactory
) -> None:
    """Run a driver process: the main thread of a process that was spawned for it.

    Args:
        connection: the writing end of the pipe to the parent (see
            :mod:`.parent_pipe`).
    """
    _leave_terminal_signals_to_parent()
    redact = Redactor(options.config, options.endpoint.key.hex())
    pipe = ParentPipe(connection)
    flush = partial(pipe.close, _FLUSH_SECONDS)
    stop_signal = StopSignal({signal.SIGTERM}, flush)
    log_to_parent(pipe, redact, options.log_levels)
    hold = DirectoryHold(options.runtime_directory)
    try:
        with open(options.crash_file, "w", encoding="utf-8") as crash_file:
            faulthandler.enable(crash_file)
            try:
                _serve(options, pipe, make_server, stop_signal, redact)
            finally:
                faulthandler.disable()
    finally:
        hold.release()
        if os.getppid() != options.parent_pid:
            # Nobody else is left to clear up.
            shutil.rmtree(options.runtime_directory, ignore_errors=True)
        flush()


def _serve(
    options: ChildOptions,
    pipe: ParentPipe,
    make_server: ServerFactory,
    stop_signal: StopSignal,
    redact: Redactor,
) -> None:
    """Make the server, report it and serve until the end."""
    try:
        with make_server(options) as server:
            stop_signal.attach(server.request_stop)
            server.watch_parent(options.parent_pid)
            if os.getppid() != options.parent_pid:
                # The parent ended before; its id may be another process's already.
                server.request_stop()
            pipe.send("ready", str(server.endpoint))
            server.serve()
    except DriverError as error:
        details = {
            name: redact(value) if isinstance(value, str) else value
            for name, value in error.details().items()
        }
        pipe.send("failed", error.code, redact(str(error)), details)
        raise SystemExit(EXIT_FAILED) from None
    except Exception:
        _log.critical("the driver process fails", exc_info=True)
        raise SystemExit(EXIT_FAILED) from None


def _leave_terminal_signals_to_parent() -> None:
    """Ignore what a terminal sends to its whole process group.

    SIGINT is blocked from the spawn on, so that it cannot come before.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
