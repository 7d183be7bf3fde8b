"""One connection to the driver, carrying one request at a time, or reads in a row.

A channel belongs to whoever took it; it has no lock.  Its stream is either in step or
closed: whenever it is uncertain what will come next, the channel closes itself, and its
owner takes another one.
"""

from __future__ import annotations

import secrets
from select import POLLIN, poll
from time import monotonic
from typing import Any, Callable, Iterable, NoReturn, Optional, TypeVar

from ..exceptions import DriverUnavailableError, MessageTooLargeError, ProtocolError
from ..messages.base_request import FieldRequest
from ..messages.codec import (
    HEADER,
    Kind,
    decode_greeting,
    decode_result,
    encode_cancel,
    encode_part,
    encode_request,
    split,
)
from ..messages.error_result import ErrorResult
from ..messages.service_requests import PingRequest
from ..rows import RowBlock
from ..transport.client_socket import ClientSocket
from ..transport.endpoint import Endpoint
from ..transport.framing import OversizedFrame

T = TypeVar("T")

#: What the driver is given beyond a request's timeout, which it enforces itself.
REPLY_GRACE = 5.0
_RESYNCHRONISE_TIMEOUT = 2.0
_CONNECT_TIMEOUT = 10.0
# Zero would mean "for ever" to the socket.
_LEAST_TIMEOUT = 0.001
_DATA_PART = int(Kind.DATA_PART)


class ReplyLostError(Exception):
    """The request was sent and its reply will not come; it never reaches a caller.

    Attributes:
        timed_out: the connection lived, but the driver stayed silent for too long.
    """

    def __init__(self, reason: str, timed_out: bool = False) -> None:
        """Keep the reason, in the words of a message."""
        super().__init__(reason)
        self.timed_out = timed_out


class Channel:
    """An authenticated stream of requests and their replies.

    Attributes:
        closed: whether the connection is gone; it does not come back.
        due: the id of the request whose reply comes next, 0 for none.
    """

    __slots__ = (
        "closed",
        "due",
        "_last_due",
        "_socket",
        "_max_size",
        "_is_unix",
        "_last_id",
        "_arrivals",
        "__weakref__",
    )

    def __init__(self, socket: ClientSocket, max_size: int, is_unix: bool) -> None:
        """Take over a connected socket; use :meth:`open`."""
        self.closed = False
        self.due = 0
        self._last_due = 0
        self._socket = socket
        self._max_size = max_size
        self._is_unix = is_unix
        self._last_id = 0
        self._arrivals = poll()
        self._arrivals.register(socket.fileno(), POLLIN)

    @classmethod
    def open(cls, endpoint: Endpoint, timeout: Optional[float] = None) -> "Channel":
        """Connect to the driver.

        Raises:
            DriverUnavailableError: no driver answers in time.
            HandshakeError: the endpoint's key is not the driver's.
            ProtocolError: the peer is no driver, or one of another version.
        """
        wait = _CONNECT_TIMEOUT
        if timeout is not None:
            wait = max(_LEAST_TIMEOUT, min(timeout, wait))
        socket = ClientSocket.connect(endpoint, wait)
        try:
            max_size: int = decode_greeting(socket.greeting)["max_message_size"]
            socket.set_max_size(max_size + HEADER.size)
            return cls(socket, max_size, endpoint.scheme == "unix")
        except BaseException:
            socket.close()
            raise

    def call(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Send a request and return what ``read`` makes of its result.

        The parts of a long result are read as they come and their lists are joined, so
        that the driver goes on while the caller's side is busy.

        Args:
            timeout: seconds that the driver may take, None for as long as it likes.
            ahead: blocks of rows that are sent before the request, which they belong
                to; each is packed when the one before is on its way.

        Raises:
            DriverUnavailableError: the connection was lost before the whole request
                was handed over; nothing was applied.
            ReplyLostError: it was lost after that, or the driver is too late.
            DriverError: what the driver answered.
        """
        self.send(request, timeout, ahead)
        return self.receive(read, timeout)

    def send(
        self,
        request: FieldRequest,
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> None:
        """Send a request; the caller takes its reply with :meth:`receive`."""
        if self.due or request.writes and self._arrivals.poll(0):
            # Nothing arrives unasked, so it is the end of the stream.  A write that
            # the kernel takes nevertheless could not be told from one that was done.
            self.close()
            raise DriverUnavailableError("the driver closed the connection")
        self._last_id = request_id = self._last_id + 1
        if ahead:
            self._send_ahead(request_id, ahead)
        payload = encode_request(request_id, request, timeout)
        if len(payload) > self._max_size:
            raise self._too_large(payload)
        self.due = request_id
        try:
            self._socket.send(payload)
        except BaseException as error:
            self._give_up(error)

    def send_behind(
        self, request: FieldRequest, timeout: Optional[float] = None
    ) -> None:
        """Send a read behind those whose replies are still to come.

        The driver does one after the other, and has the next at hand when it is done
        with the one before.  Their replies come in this order.
        """
        self._last_id = last = self._last_id + 1
        self._transmit(encode_request(last, request, timeout))
        self.due = self.due or last
        self._last_due = last

    def receive(self, read: Callable[[Any], T], timeout: Optional[float] = None) -> T:
        """Return what ``read`` makes of the result of the request that was sent, of the
        first one where several were."""
        wait = None if timeout is None else timeout + REPLY_GRACE
        parts: Any = None
        try:
            while True:
                payload = self._socket.receive(wait)
                if type(payload) is OversizedFrame:
                    raise ProtocolError(
                        f"a reply of {payload.length} bytes is over the limit"
                    )
                request_id, kind, body = split(payload)
                if request_id != self.due:
                    raise ProtocolError(
                        f"a reply to request {request_id} came out of turn"
                    )
                if kind != _DATA_PART:
                    break
                rows = read(decode_result(kind, body))
                if parts is None:
                    parts = rows
                else:
                    parts += rows
            self.due = request_id + 1 if request_id < self._last_due else 0
            result = decode_result(kind, body)
        except TimeoutError:
            self.close()
            raise ReplyLostError(
                f"the driver did not answer within {wait:g} s", timed_out=True
            ) from None
        except (OSError, EOFError, ProtocolError) as error:
            self.close()
            if self._is_unix and isinstance(error, ConnectionResetError):
                # Linux says so where the peer's end was closed with bytes that it had
                # not read (unix_release_sock in net/unix/af_unix.c); of the only
                # request on its way, that is: the driver never had it whole.
                raise DriverUnavailableError(
                    "the driver went before it had read the request"
                ) from None
            raise ReplyLostError(str(error)) from None
        except BaseException:
            self._resynchronise()
            raise
        if type(result) is ErrorResult:
            raise result.to_exception()
        if parts is None:
            return read(result)
        parts += read(result)
        whole: T = parts
        return whole

    def close(self) -> None:
        """Close the descriptor; twice is fine.

        The stream is not shut down: a forked child closes its copy of the parent's.
        """
        self.closed = True
        self._socket.close()

    def _too_large(self, payload: bytes) -> MessageTooLargeError:
        """Return the error of a payload that the driver would refuse."""
        return MessageTooLargeError(
            f"the request has {len(payload)} bytes, more than the driver's"
            f" max_message_size of {self._max_size}"
        )

    def _send_ahead(self, request_id: int, ahead: Iterable[RowBlock]) -> None:
        """Send the blocks that belong to a request.

        Where one cannot be packed, the driver is told to forget those before it.
        """
        sent = False
        try:
            for block in ahead:
                part = encode_part(request_id, block)
                if len(part) > self._max_size:
                    raise self._too_large(part)
                self._transmit(part)
                sent = True
        except BaseException:
            if sent and not self.closed:
                self._transmit(encode_cancel(request_id))
            raise

    def _transmit(self, payload: bytes) -> None:
        """Send a payload whole, or close the channel."""
        try:
            self._socket.send(payload)
        except BaseException as error:
            self._give_up(error)

    def _give_up(self, error: BaseException) -> NoReturn:
        """Close the channel after an error out of sending, and raise what it means.

        An interruption may have come in the middle of the payload.
        """
        self.close()
        if isinstance(error, OSError):
            raise DriverUnavailableError(
                f"the connection to the driver was lost: {error}"
            ) from error
        raise error

    def _resynchronise(self) -> None:
        """Give up the reply that is due and leave the stream in step, or closed.

        The interruption may have come between a read and the keeping of what it read.
        So the request is cancelled and a ping follows under a random id: where the
        cancelled request's reply arrives and then the ping's, which nothing else in
        the stream can look like, not a byte is missing.
        """
        cancelled, self._last_id = self.due, self._last_id + 1
        mark = secrets.randbits(63) | 1 << 63
        try:
            if cancelled:
                self._socket.send(encode_cancel(cancelled))
            self._socket.send(encode_request(mark, PingRequest()))
            deadline = monotonic() + _RESYNCHRONISE_TIMEOUT
            self._read_up_to(mark, deadline)
        except (OSError, EOFError, ProtocolError):
            self.close()
        except BaseException:
            self.close()
            raise

    def _read_up_to(self, mark: int, deadline: float) -> None:
        """Drop payloads until the one of ``mark``, which must be the last due."""
        while True:
            payload = self._socket.receive(max(0.0, deadline - monotonic()))
            if isinstance(payload, OversizedFrame):
                raise ProtocolError("a reply is over the limit")
            request_id, kind, _ = split(payload)
            if request_id == mark and not self.due:
                return
            if request_id != self.due or not request_id:
                raise ProtocolError("the replies are out of step")
            if kind != _DATA_PART:
                self.due = request_id + 1 if request_id < self._last_due else 0
