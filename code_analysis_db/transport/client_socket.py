"""The client's end of a connection: blocking, one frame out, one frame in.

It connects, proves the key in ``multiprocessing``'s handshake and then reads and writes
frames itself: with one system call a frame where ``multiprocessing.Connection`` takes
three.  It is not thread-safe and knows nothing of requests.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections import deque
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from select import POLLIN, poll
from typing import Deque, Optional

from ..exceptions import DriverUnavailableError, HandshakeError
from .endpoint import Endpoint
from .framing import SHORT_LIMIT, Frame, FrameParser, frame, short_length

# The greeting is small; the driver's own limit comes with it.
_GREETING_LIMIT = 65_536
# How long to look for an answer before falling asleep, and how soon to give that up:
# each answer found so counts one, each not found eight; then so many wait asleep.
_EAGER_SECONDS = 0.00006
_EAGER_MOST = 32
_EAGER_LOSS = 8
_EAGER_PAUSE = 64


class ClientSocket:
    """A connected and authenticated stream of frames.

    Attributes:
        greeting: the first payload that the driver sent.
    """

    def __init__(self, stream: socket.socket, parser: FrameParser) -> None:
        """Take over a connected socket; use :meth:`connect`."""
        self._stream = stream
        self._parser = parser
        self._frames: Deque[Frame] = deque()
        self._send = stream.send
        self._recv = stream.recv
        poller = poll()
        poller.register(stream, POLLIN)
        self._arrivals = poller.poll
        self._eagerness = 1
        self.greeting: Frame = b""

    @classmethod
    def connect(cls, endpoint: Endpoint, timeout: float = 10.0) -> "ClientSocket":
        """Connect and authenticate within ``timeout`` seconds.

        Raises:
            DriverUnavailableError: nobody answers at the endpoint.
            HandshakeError: the key is not the driver's, or the peer is no driver.
        """
        family = socket.AF_UNIX
        if endpoint.scheme == "tcp":
            family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
        stream = socket.socket(family, socket.SOCK_STREAM)
        try:
            return cls._authenticated(stream, endpoint, timeout)
        except BaseException:
            stream.close()
            raise

    @classmethod
    def _authenticated(
        cls, stream: socket.socket, endpoint: Endpoint, timeout: float
    ) -> "ClientSocket":
        """Connect ``stream``, run the handshake on it and read the greeting."""
        _set_timeout(stream, timeout)
        try:
            stream.connect(endpoint.socket_address)
        except OSError as error:
            raise DriverUnavailableError(
                f"no driver answers at {endpoint.address}: {error.strerror or error};"
                " is it running?"
            ) from error
        if endpoint.scheme == "tcp":
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            _prove_key(stream, endpoint.key)
            self = cls(stream, FrameParser(_GREETING_LIMIT))
            self.greeting = self.receive()
        except (AuthenticationError, AssertionError, TypeError) as error:
            raise HandshakeError(
                f"the driver at {endpoint.address} refused the key; take the endpoint"
                " that the running driver reports"
            ) from error
        except (EOFError, OSError) as error:
            raise DriverUnavailableError(
                f"the driver at {endpoint.address} did not finish the handshake within"
                f" {timeout:g} s: {error or 'it closed the connection'}"
            ) from error
        _set_timeout(stream, 0.0)
        return self

    def set_max_size(self, max_size: int) -> None:
        """Accept payloads of up to ``max_size`` bytes from now on."""
        self._parser.max_size = max_size

    def fileno(self) -> int:
        """Return the socket's file descriptor."""
        return self._stream.fileno()

    def send(self, payload: bytes) -> None:
        """Send one payload, waiting while the driver does not read.

        Raises:
            OSError: the connection is lost; a part may have been sent.
        """
        length = len(payload)
        short = length <= SHORT_LIMIT
        data = short_length(length) + payload if short else frame(payload)
        sent = self._send(data)
        if sent != len(data):
            self._stream.sendall(memoryview(data)[sent:])

    def receive(self, timeout: Optional[float] = None) -> Frame:
        """Return the next payload, or the notice of one over the limit.

        Args:
            timeout: seconds to wait for it, None for ever.

        Raises:
            TimeoutError: it did not come in time; the stream is still in step.
            EOFError: the driver closed the connection.
            OSError: the connection is lost.
            ProtocolError: the stream cannot be read any further.
        """
        if self._frames:
            return self._frames.popleft()
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            if self._eagerness > 0:
                self._wait_eagerly()
            else:
                self._eagerness += 1
            if deadline is not None:
                self._wait(deadline - time.monotonic())
            data = self._recv(self._parser.read_size)
            if not data:
                raise EOFError("the driver closed the connection")
            frames = self._parser.feed(data)
            if frames:
                if len(frames) > 1:
                    self._frames.extend(frames[1:])
                return frames[0]

    def _wait(self, seconds: float) -> None:
        """Wait until there is something to read, ``seconds`` at most."""
        if not self._arrivals(max(0.0, seconds) * 1000):
            raise TimeoutError("no answer in time")

    def _wait_eagerly(self) -> None:
        """Look for the answer for some microseconds without falling asleep.

        A short read is answered sooner than a sleeper wakes up.  Where answers keep
        taking longer, as they do with many clients, it is left for a while.
        """
        arrivals, sched_yield = self._arrivals, os.sched_yield
        # A driver on the same core answers while it is given the core.
        sched_yield()
        if not arrivals(0):
            give_up = time.perf_counter() + _EAGER_SECONDS
            while not arrivals(0):
                if time.perf_counter() > give_up:
                    self._eagerness -= _EAGER_LOSS
                    if self._eagerness <= 0:
                        self._eagerness = -_EAGER_PAUSE
                    return
                sched_yield()
        if self._eagerness < _EAGER_MOST:
            self._eagerness += 1

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self._stream.close()


def _set_timeout(stream: socket.socket, seconds: float) -> None:
    """Bound each blocking call on the socket in the kernel; 0 takes the bound away.

    ``settimeout`` would make every call poll first, and would not reach the reads of
    ``multiprocessing.connection``.
    """
    value = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)


def _prove_key(stream: socket.socket, key: bytes) -> None:
    """Run the client's side of multiprocessing's mutual authentication."""
    connection = Connection(stream.fileno())
    try:
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
    finally:
        # The descriptor stays the socket's: forget it without closing it.  There is no
        # public way, and the attribute is not in typeshed.
        connection._handle = None  # type: ignore[attr-defined]
