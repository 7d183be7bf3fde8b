"""The driver process from within: signals, logging, crash dumps, its parent.

It makes a process out of a server; what the server serves is not known here.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import shutil
import signal
from multiprocessing.connection import Connection
from types import FrameType
from typing import Callable, Optional, Protocol

from ..exceptions import DriverError
from ..transport.endpoint import Endpoint
from .child_options import ChildOptions
from .log_handler import log_to_parent
from .parent_pipe import ParentPipe
from .redaction import Redactor
from .runtime_directory import DirectoryHold

_log = logging.getLogger(__name__)

# The parent's pipe gets so long to take the last log records.
_FLUSH_SECONDS = 1.0
EXIT_FAILED = 1


class Server(Protocol):
    """What a driver process runs in its main thread."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it listens; a port that was left open is chosen."""

    def serve(self) -> None:
        """Serve until it is stopped."""

    def request_stop(self) -> None:
        """Begin to end; safe in a signal handler."""

    def watch_parent(self, pid: int) -> None:
        """Stop when the process ``pid`` has ended."""


ServerFactory = Callable[[ChildOptions], Server]


class StopSignal:
    """What SIGTERM does: drain at the first one, end at once at the second.

    Before there is a server to drain, the first one ends the process.
    """

    def __init__(self) -> None:
        """Start with no server."""
        self._server: Optional[Server] = None
        self._is_draining = False

    def attach(self, server: Server) -> None:
        """Have the next signal drain ``server``."""
        self._server = server

    def __call__(self, number: int, frame: Optional[FrameType]) -> None:
        """Handle the signal."""
        if self._server is None or self._is_draining:
            raise SystemExit(0)
        self._is_draining = True
        self._server.request_stop()


def serve_child(
    options: ChildOptions, connection: Connection, make_server: ServerFactory
) -> None:
    """Run a driver process: the main thread of a process that was spawned for it.

    Args:
        connection: the writing end of the pipe to the parent (see
            :mod:`.parent_pipe`).
    """
    stop_signal = StopSignal()
    _take_signals(stop_signal)
    redact = Redactor(options.config, options.endpoint.key.hex())
    pipe = ParentPipe(connection)
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
        pipe.close(_FLUSH_SECONDS)


def _serve(
    options: ChildOptions,
    pipe: ParentPipe,
    make_server: ServerFactory,
    stop_signal: StopSignal,
    redact: Redactor,
) -> None:
    """Make the server, report it and serve until the end."""
    try:
        server = make_server(options)
        stop_signal.attach(server)
        server.watch_parent(options.parent_pid)
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


def _take_signals(stop_signal: StopSignal) -> None:
    """Leave the terminal's signals to the parent and take SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop_signal)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
