"""A driver process with no database: it answers pings, or misbehaves as it is told.

``config["behaviour"]`` names what it does instead of serving well.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from contextlib import contextmanager
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any, Iterator

from code_analysis_db.exceptions import ConfigurationError, DriverConnectionError
from code_analysis_db.messages.codec import encode_greeting, encode_result, split
from code_analysis_db.messages.success_result import SuccessResult
from code_analysis_db.supervision.child import serve_child
from code_analysis_db.supervision.child_options import ChildOptions
from code_analysis_db.transport.endpoint import Endpoint

_log = logging.getLogger("code_analysis_db.stub")


class StubServer:
    """Serves pings on a Unix socket, a thread a connection."""

    def __init__(self, options: ChildOptions) -> None:
        """Listen."""
        self._options = options
        self._behaviour = options.config.get("behaviour", "")
        self._stopped = threading.Event()
        self.endpoint: Endpoint = options.endpoint
        path = options.endpoint.path
        if os.path.exists(path):
            os.unlink(path)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def serve(self) -> None:
        """Wait for the stop."""
        if self._behaviour == "die_when_ready":
            time.sleep(0.2)
            os._exit(3)
        self._stopped.wait()
        if self._behaviour == "never_drain":
            threading.Event().wait()

    def request_stop(self) -> None:
        """Stop."""
        self._stopped.set()

    def watch_parent(self, process_id: int) -> None:
        """Stop when the parent has ended."""
        assert process_id == self._options.parent_pid

    def _accept(self) -> None:
        """Serve each connection."""
        while True:
            stream, _ = self._listener.accept()
            threading.Thread(
                target=self._answer, args=(Connection(stream.detach()),), daemon=True
            ).start()

    def _answer(self, connection: Connection[Any, Any]) -> None:
        """Answer pings until the peer goes."""
        key = self._options.endpoint.key
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
        connection.send_bytes(encode_greeting({}))
        try:
            while True:
                request_id, _, _ = split(connection.recv_bytes())
                if self._behaviour == "mute" or (
                    self._behaviour == "mute_after_first" and request_id > 1
                ):
                    threading.Event().wait()
                reply = SuccessResult({"generation": self._options.generation})
                connection.send_bytes(encode_result(request_id, reply))
        except (EOFError, OSError):
            connection.close()


@contextmanager
def open_stub(options: ChildOptions) -> Iterator[StubServer]:
    """Make the server, or fail as the configuration says."""
    behaviour = options.config.get("behaviour", "")
    _log.info("stub of generation %d starts", options.generation)
    if behaviour == "die_at_start":
        _log.error("the stub is about to die, password %s", options.config["password"])
        # Ends without a word, as a crash does, once the record is out.
        threading.Timer(0.05, os._exit, [7]).start()
        threading.Event().wait()
    if behaviour == "fail_in_thread":
        threading.Thread(target=divmod, args=(1, 0), name="unlucky").start()
    if behaviour == "refuse":
        raise ConfigurationError(f"stub refuses, password {options.config['password']}")
    if behaviour == "unreachable":
        raise DriverConnectionError("no server there", database_code="08001")
    if behaviour == "raise":
        raise ZeroDivisionError("a defect of the stub")
    if behaviour == "never_ready":
        threading.Event().wait()
    yield StubServer(options)


def run_stub(options: ChildOptions, pipe: Connection[Any, Any]) -> None:
    """Be a driver process."""
    serve_child(options, pipe, open_stub)
