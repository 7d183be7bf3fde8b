"""A driver process's place, taken by threads that do what a test tells them.

It speaks the real protocol over real sockets, so that a test can decide at which point
of a request the driver goes away, stays silent or talks nonsense.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, List, Optional, Type, Union

from code_analysis_db.messages.base_result import FieldResult
from code_analysis_db.messages.codec import (
    Kind,
    decode_request,
    encode_data_part,
    encode_greeting,
    encode_result,
    split,
)
from code_analysis_db.result import DataResult, SuccessResult
from code_analysis_db.transport.endpoint import Endpoint

KEY = b"k" * 32
LIMIT = 1_000_000
DONE = SuccessResult({"done": True})


class Hangup(Exception):
    """Raised by a script: close the connection now."""


class Seen:
    """One payload that a client sent.

    Attributes:
        connection: which of the connections it came over, counted from 1.
    """

    def __init__(self, connection: int, payload: bytes) -> None:
        """Take the payload apart."""
        self.connection = connection
        self.id, self.kind, body = split(payload)
        self.name = Kind(self.kind).name
        self.timeout: Optional[float] = None
        self.fields: Any = None
        if self.kind == Kind.REQUEST:
            self.name, self.timeout, self.fields = decode_request(body)


#: One result; rows in parts; bytes to send as they are; or None to stay silent.
Answer = Union[FieldResult, List[DataResult], bytes, None]
Script = Callable[[Seen], Answer]


class ScriptedDriver:
    """Answers each request with what ``script`` returns for it.

    Pings are answered without asking the script, and so are cancels: by nothing.

    Attributes:
        seen: every payload that came, in order.
        connections: how many connections there have been.
        greeting: what each of them is told first.
    """

    def __init__(self, script: Script, path: Union[Path, str, None] = None) -> None:
        """Listen at ``path``, or at a free TCP port."""
        self._script = script
        self.seen: List[Seen] = []
        self.connections = 0
        self.greeting = encode_greeting({"max_message_size": LIMIT})
        self._changed = threading.Condition()
        self._streams: List[socket.socket] = []
        self._threads: List[threading.Thread] = []
        self._last_read = ""
        self._unread: Optional[socket.socket] = None
        self._released = threading.Event()
        if path is None:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
            port = self._listener.getsockname()[1]
            self.endpoint = Endpoint("tcp", host="127.0.0.1", port=port, key=KEY)
        else:
            with suppress(FileNotFoundError):
                os.unlink(path)
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(path))
            self._listener.listen(64)
            self.endpoint = Endpoint("unix", path=str(path), key=KEY)
        self._start(self._accept)

    def __enter__(self) -> "ScriptedDriver":
        """Return the driver, which is closed at the end of the block."""
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close everything."""
        self.close()

    @property
    def names(self) -> List[str]:
        """The names of what came, in order, without the first ping of each client."""
        return [seen.name for seen in self.seen if seen.name != "ping"]

    def wait_until(self, met: Callable[[], bool]) -> None:
        """Wait until ``met`` holds, which is asked whenever something has come."""
        with self._changed:
            assert self._changed.wait_for(met, 10), self.names

    def stop_reading_after(self, name: str) -> None:
        """Let the first connection take no more after a request of that name."""
        self._last_read = name

    def close_unread(self) -> None:
        """Close the connection that is not read once something waits on it."""
        assert self._unread is not None
        assert select.select([self._unread], [], [], 10)[0]
        self._last_read = ""
        self._released.set()

    def hang_up(self) -> None:
        """Close every connection; new ones are still taken."""
        for stream in list(self._streams):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection and listen no more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(10)
        self.hang_up()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        """Run a thread that :meth:`close` joins."""
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        """Take clients until the listener is shut down."""
        while True:
            try:
                stream = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            self._streams.append(stream)
            self._start(self._serve, stream, self.connections)

    def _serve(self, stream: socket.socket, number: int) -> None:
        """Serve one client until it goes or a script hangs up."""
        with stream, Connection(os.dup(stream.fileno())) as connection:
            with suppress(EOFError, OSError, AuthenticationError, Hangup):
                deliver_challenge(connection, KEY)
                answer_challenge(connection, KEY)
                connection.send_bytes(self.greeting)
                while True:
                    seen = Seen(number, connection.recv_bytes())
                    if seen.name == self._last_read:
                        self._unread = stream
                    self._take(connection, seen)
                    if seen.name == self._last_read:
                        assert self._released.wait(10)
                        raise Hangup

    def _take(self, connection: Connection, seen: Seen) -> None:
        """Note a payload and answer it, if it is a request."""
        with self._changed:
            self.seen.append(seen)
            self._changed.notify_all()
        if seen.kind != Kind.REQUEST:
            return
        answer: Answer = DONE if seen.name == "ping" else self._script(seen)
        if isinstance(answer, bytes):
            connection.send_bytes(answer)
        elif isinstance(answer, list):
            for part in answer[:-1]:
                connection.send_bytes(encode_data_part(seen.id, part))
            connection.send_bytes(encode_result(seen.id, answer[-1]))
        elif answer is not None:
            connection.send_bytes(encode_result(seen.id, answer))
