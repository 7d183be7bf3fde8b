"""The client's end of a connection in an event loop.

As :class:`~code_analysis_db.transport.client_socket.ClientSocket` it moves frames and
knows nothing of requests; but nothing in it waits.  What is put in one round of the
loop leaves in one system call at its end.  It has the socket to itself, without one of
asyncio's transports in between, for these do not tell which bytes the kernel has taken:
what it has not taken, the driver cannot have done.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from select import POLLRDHUP, poll
from typing import Any, Callable, Deque, List, Protocol, Union

from ..exceptions import DriverUnavailableError, HandshakeError, ProtocolError
from .client_handshake import ClientHandshake
from .endpoint import Endpoint
from .framing import Frame, FrameParser, OversizedFrame, frame

_GREETING_LIMIT = 65_536
# Small frames are joined up to so many bytes for one system call.
_JOINED_BYTES = 65_536
# More than that waits to be sent: the driver takes its time, and so should its callers.
_BACKLOG_BYTES = 262_144


class Sending:
    """A frame on its way out.

    Attributes:
        data: what the kernel has not taken of it.
        begun: whether the kernel has taken some of it.
        is_handed_over: whether the kernel has taken it whole.
    """

    __slots__ = ("data", "begun", "is_handed_over")

    def __init__(self, data: bytes) -> None:
        """Have everything still to be sent."""
        self.data: Union[bytes, memoryview] = data
        self.begun = False
        self.is_handed_over = False


class SocketOwner(Protocol):
    """What a socket tells about; always from the event loop."""

    def on_frame(self, payload: Frame) -> None:
        """A payload has come.

        Raises:
            ProtocolError: it makes no sense; the connection ends.
        """

    def on_room(self) -> None:
        """There is room for more to be sent; told after every sending."""

    def on_lost(self, reason: Exception) -> None:
        """The connection has ended, but not by :meth:`AsyncSocket.close`."""


class AsyncSocket:
    """A connected and authenticated stream of frames, of the running event loop.

    Attributes:
        greeting: the first payload that the driver sent.
        backlog: bytes that wait to be sent.
    """

    def __init__(self, stream: socket.socket, endpoint: Endpoint) -> None:
        """Take over a connected non-blocking socket; use :meth:`connect`."""
        self.greeting: Frame = b""
        self.backlog = 0
        self._loop = asyncio.get_running_loop()
        self._stream = stream
        self._descriptor = stream.fileno()
        self._parser = FrameParser(_GREETING_LIMIT)
        self._handshake = ClientHandshake(endpoint.key)
        self._greeted: "asyncio.Future[None]" = self._loop.create_future()
        self._outgoing: Deque[Sending] = deque()
        self._is_due = False
        self._is_full = False
        self._closed = False
        self._on_frame: Callable[[Frame], None] = self._shake_hands
        self._on_room: Callable[[], None] = _ignore
        self._on_lost: Callable[[Exception], None] = self._fail_greeting
        self._ends = poll()
        self._ends.register(self._descriptor, POLLRDHUP)
        self._loop.add_reader(self._descriptor, self._receive)

    @classmethod
    async def connect(cls, endpoint: Endpoint, timeout: float = 10.0) -> "AsyncSocket":
        """Connect and authenticate within ``timeout`` seconds.

        Raises:
            DriverUnavailableError: nobody answers at the endpoint.
            HandshakeError: the key is not the driver's, or the peer is no driver.
        """
        opening = asyncio.get_running_loop().create_task(cls._open(endpoint))
        try:
            # Not wait_for: up to Python 3.11 it may swallow a cancellation.
            await asyncio.wait((opening,), timeout=timeout)
            if opening.done():
                return opening.result()
            raise DriverUnavailableError(
                f"no driver has answered at {endpoint.address} within {timeout:g} s"
            )
        except BaseException:
            opening.cancel()
            opening.add_done_callback(_discard)
            raise

    @classmethod
    async def _open(cls, endpoint: Endpoint) -> "AsyncSocket":
        """Connect, authenticate and take the greeting."""
        family = socket.AF_UNIX
        if endpoint.scheme == "tcp":
            family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
        stream = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            await _connect(stream, endpoint)
        except BaseException:
            stream.close()
            raise
        self = cls(stream, endpoint)
        try:
            await self._greeted
        except HandshakeError as error:
            self.close()
            raise HandshakeError(
                f"the driver at {endpoint.address} refused the key; take the endpoint"
                " that the running driver reports"
            ) from error
        except (EOFError, OSError, ProtocolError) as error:
            self.close()
            raise DriverUnavailableError(
                f"the driver at {endpoint.address} did not finish the handshake:"
                f" {error}"
            ) from error
        except BaseException:
            self.close()
            raise
        return self

    def attach(self, owner: SocketOwner, max_size: int) -> None:
        """Tell ``owner`` of what comes, in payloads of up to ``max_size`` bytes."""
        self._parser.max_size = max_size
        self._on_frame = owner.on_frame
        self._on_room = owner.on_room
        self._on_lost = owner.on_lost

    # --- out ---------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        """Whether who has more to send should wait for ``on_room``."""
        return self.backlog > _BACKLOG_BYTES

    def put(self, payload: bytes) -> Sending:
        """Have a payload sent, at the end of the loop's round at the soonest."""
        sending = Sending(frame(payload))
        self._outgoing.append(sending)
        self.backlog += len(sending.data)
        if not self._is_due and not self._is_full:
            self._is_due = True
            self._loop.call_soon(self._flush)
        return sending

    def withdraw(self, sending: Sending) -> bool:
        """Leave a payload out; False where some of it is on its way already."""
        if sending.begun:
            return False
        self.backlog -= len(sending.data)
        sending.data = b""
        sending.begun = True
        return True

    def _flush(self) -> None:
        """Send what is to be sent, as far as the kernel takes it."""
        self._is_due = False
        if self._closed:
            return
        if self._ends.poll(0):
            # What the kernel takes for a peer that is gone could not be told from what
            # was done, so it gets nothing.
            self._read_to_the_end(EOFError("the driver closed the connection"))
            return
        try:
            while self._outgoing:
                batch = self._next_batch()
                sent = self._stream.send(batch)
                self._note(sent)
                if sent < len(batch):
                    self._wait_for_room()
                    break
            else:
                self._stop_waiting()
        except (BlockingIOError, InterruptedError):
            self._wait_for_room()
        except OSError as error:
            self._read_to_the_end(error)
            return
        if not self.is_full:
            self._on_room()

    def _next_batch(self) -> Union[bytes, memoryview]:
        """Return the first frames that wait, joined where they are small."""
        outgoing = self._outgoing
        first = outgoing[0].data
        if len(outgoing) == 1 or len(first) >= _JOINED_BYTES:
            return first
        batch: List[Any] = []
        size = 0
        for sending in outgoing:
            batch.append(sending.data)
            size += len(sending.data)
            if size >= _JOINED_BYTES:
                break
        return b"".join(batch)

    def _note(self, sent: int) -> None:
        """Note that the kernel has taken so many bytes more."""
        outgoing = self._outgoing
        self.backlog -= sent
        while outgoing:
            sending = outgoing[0]
            length = len(sending.data)
            if length > sent:
                if sent:
                    sending.begun = True
                    sending.data = memoryview(sending.data)[sent:]
                return
            sent -= length
            sending.begun = sending.is_handed_over = True
            outgoing.popleft()

    def _wait_for_room(self) -> None:
        """Go on when the kernel takes more."""
        if not self._is_full:
            self._is_full = True
            self._loop.add_writer(self._descriptor, self._flush)

    def _stop_waiting(self) -> None:
        """Take note that everything is sent."""
        if self._is_full:
            self._is_full = False
            self._loop.remove_writer(self._descriptor)

    # --- in ----------------------------------------------------------------------

    def _receive(self) -> None:
        """Take what has come, once: the rest is reported again."""
        try:
            data = self._stream.recv(self._parser.read_size)
            if not data:
                raise EOFError("the driver closed the connection")
            for payload in self._parser.feed(data):
                self._on_frame(payload)
                if self._closed:
                    return
        except (BlockingIOError, InterruptedError):
            return
        except Exception as error:
            # Whatever it is, the stream cannot be read on, and nobody must wait for it.
            self._lose(error)

    def _read_to_the_end(self, error: Exception) -> None:
        """Take the last that the driver has sent, then lose the connection."""
        while not self._closed:
            try:
                data = self._stream.recv(self._parser.read_size)
                for payload in self._parser.feed(data) if data else ():
                    self._on_frame(payload)
            except Exception as last_error:
                if not isinstance(last_error, BlockingIOError):
                    error = last_error
                data = b""
            if not data:
                self._lose(error)

    def _shake_hands(self, payload: Frame) -> None:
        """Take a frame of the handshake, or the greeting after it."""
        if isinstance(payload, OversizedFrame):
            raise HandshakeError("the peer is no driver: it sent no handshake")
        if self._handshake.done:
            self.greeting = payload
            if not self._greeted.done():
                self._greeted.set_result(None)
            return
        answer = self._handshake.receive(bytes(payload))
        if answer is not None:
            self.put(answer)

    # --- the end -----------------------------------------------------------------

    def _fail_greeting(self, error: Exception) -> None:
        """Tell who waits for the greeting that it will not come."""
        if not self._greeted.done():
            self._greeted.set_exception(error)

    def _lose(self, error: Exception) -> None:
        """End the connection and say why."""
        if not self._closed:
            self.close()
            self._on_lost(error)

    def close(self) -> None:
        """End the connection; twice is fine."""
        if not self._closed:
            self._closed = True
            if not self._loop.is_closed():
                self._loop.remove_reader(self._descriptor)
                self._stop_waiting()
            self._stream.close()

    def forget(self) -> None:
        """Close a forked child's copy of the descriptor; the parent notices nothing.

        The loop is not told: its epoll instance is the parent's too.
        """
        self._closed = True
        self._stream.close()


async def _connect(stream: socket.socket, endpoint: Endpoint) -> None:
    """Connect ``stream``.

    Raises:
        DriverUnavailableError: nobody answers at the endpoint.
    """
    try:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(stream, endpoint.socket_address)
    except OSError as error:
        raise DriverUnavailableError(
            f"no driver answers at {endpoint.address}: {error.strerror or error};"
            " is it running?"
        ) from error
    if endpoint.scheme == "tcp":
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _discard(opening: "asyncio.Task[AsyncSocket]") -> None:
    """Close a socket that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _ignore() -> None:
    """Take no note."""
