"""One connection to the driver, carrying many requests at a time.

Each reply finds its request by its id.  A request that was given up (its task was
cancelled, or its time ran out) stays known until the driver has answered it, so that
its reply is nobody else's; the driver is told to stop it.

A connection is *shared* or *own*.  The requests on a shared one are done side by side
and answered as they get done: a slow one holds no other up.  What depends on order, a
transaction or a cursor, has one of its own, whose requests are done one after another.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable, Dict, Iterable, Optional, TypeVar

from ...exceptions import (
    DriverConnectionError,
    DriverUnavailableError,
    MessageTooLargeError,
    OutcomeUnknownError,
    ProtocolError,
    RequestTimeoutError,
)
from ...messages.base_request import FieldRequest
from ...messages.codec import (
    HEADER,
    Kind,
    decode_greeting,
    decode_result,
    encode_cancel,
    encode_part,
    encode_request,
    encode_side_by_side,
    split,
)
from ...rows import RowBlock
from ...transport.async_socket import AsyncSocket, Sending
from ...transport.endpoint import Endpoint
from ...transport.framing import Frame, OversizedFrame
from ..channel import REPLY_GRACE, ReplyLostError
from .flight import Flight
from .window import Window

T = TypeVar("T")

_CONNECT_TIMEOUT = 10.0
_LEAST_TIMEOUT = 0.001
_DATA_PART = int(Kind.DATA_PART)


class Connection:
    """An authenticated stream of requests and their replies.

    Attributes:
        closed: whether the connection is gone; it does not come back.
        retired: whether it takes no new requests: the driver stayed silent on it.
    """

    def __init__(
        self, stream: AsyncSocket, max_size: int, width: int, is_unix: bool
    ) -> None:
        """Take over a connected socket; use :meth:`open`.

        Args:
            width: how many requests may be under way at once; of those that write, and
                of those that don't, half as many each: neither keeps the other waiting.
        """
        self.closed = False
        self.retired = False
        self._stream = stream
        self._max_size = max_size
        self._is_unix = is_unix
        self._loop = asyncio.get_running_loop()
        self._flights: Dict[int, Flight] = {}
        self._last_id = 0
        self._last_sending: Optional[Sending] = None
        self._writes = Window(max(1, width // 2))
        self._others = Window(max(1, width // 2))
        # Blocks of rows go ahead of one request at a time: the driver keeps so many.
        self._ahead = Window(1)
        self._room: "Optional[asyncio.Future[None]]" = None
        stream.attach(self, max_size + HEADER.size)

    @classmethod
    async def open(
        cls, endpoint: Endpoint, timeout: Optional[float] = None, *, shared: bool
    ) -> "Connection":
        """Connect to the driver.

        Raises:
            DriverUnavailableError: no driver answers in time.
            HandshakeError: the endpoint's key is not the driver's.
            ProtocolError: the peer is no driver, or one of another version.
        """
        wait = _CONNECT_TIMEOUT
        if timeout is not None:
            wait = max(_LEAST_TIMEOUT, min(timeout, wait))
        stream = await AsyncSocket.connect(endpoint, wait)
        try:
            greeting = decode_greeting(stream.greeting)
            max_size: int = greeting["max_message_size"]
            width = greeting.get("side_by_side", 1) if shared else 1
            if width > 1:
                stream.put(encode_side_by_side())
            return cls(stream, max_size, width, endpoint.scheme == "unix")
        except BaseException:
            stream.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether it takes requests."""
        return not (self.closed or self.retired)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way on it."""
        return not self._flights

    # --- requests ----------------------------------------------------------------

    async def call(
        self,
        request: FieldRequest,
        read: Callable[[Any], T],
        timeout: Optional[float] = None,
        ahead: Iterable[RowBlock] = (),
    ) -> T:
        """Send a request and return what ``read`` makes of its result.

        The lists that are read of a long result's parts are joined.  Where the task is
        cancelled, the driver is told to stop the request, which is not waited for.

        Args:
            timeout: seconds that it may take, waiting for its turn included; None for
                as long as it likes.
            ahead: blocks of rows that are sent before the request, which they belong
                to; others' requests go between them.

        Raises:
            DriverUnavailableError: the connection was lost before the whole request
                was handed over; nothing was applied.
            ReplyLostError: it was lost after that, or the driver is too late.
            DriverError: what the driver answered.
        """
        window = self._writes if request.writes else self._others
        give_up = None if timeout is None else self._loop.time() + timeout
        if window.free and not self.closed:
            window.free -= 1
        else:
            await self._wait_for_turn(request, window, timeout)
        flight = Flight(request, read, self._loop.create_future(), window)
        self._last_id = request_id = self._last_id + 1
        self._flights[request_id] = flight
        timer = None
        if timeout is not None:
            timer = self._loop.call_later(timeout + REPLY_GRACE, self._be_late, flight)
        try:
            if ahead:
                await self._send_ahead(request_id, flight, ahead, timeout)
            if self._stream.is_full:
                await self._wait_for_room(flight)
            if not flight.future.done():
                self._send(request_id, flight, give_up)
            value: T = await flight.future
            return value
        except BaseException:
            self._give_up(request_id, flight)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    async def _wait_for_turn(
        self, request: FieldRequest, window: Window, timeout: Optional[float]
    ) -> None:
        """Take a place in the window."""
        if not self.closed:
            await window.enter(timeout, partial(_late, request))
        if self.closed:
            window.leave()
            raise DriverUnavailableError("the connection to the driver was lost")

    async def _wait_for_room(self, flight: Flight) -> None:
        """Wait until the driver takes what was sent, or the flight has come to an
        end."""
        while self._stream.is_full and not flight.future.done():
            if self._room is None:
                self._room = self._loop.create_future()
            await asyncio.wait(
                (self._room, flight.future), return_when=asyncio.FIRST_COMPLETED
            )

    async def _send_ahead(
        self,
        request_id: int,
        flight: Flight,
        ahead: Iterable[RowBlock],
        timeout: Optional[float],
    ) -> None:
        """Send the blocks that belong to a request, letting others go between."""
        await self._ahead.enter(timeout, partial(_late, flight.request))
        try:
            for block in ahead:
                await self._wait_for_room(flight)
                if flight.future.done():
                    return
                part = encode_part(request_id, block)
                self._check_size(part)
                self._put(part)
                flight.has_parts = True
                await asyncio.sleep(0)
        finally:
            self._ahead.leave()

    def _send(self, request_id: int, flight: Flight, give_up: Optional[float]) -> None:
        """Put the request itself on its way, with the time that is left."""
        left = None
        if give_up is not None:
            left = max(_LEAST_TIMEOUT, give_up - self._loop.time())
        payload = encode_request(request_id, flight.request, left)
        self._check_size(payload)
        flight.sending = self._put(payload)

    def _put(self, payload: bytes) -> Sending:
        """Put a payload on its way."""
        self._last_sending = sending = self._stream.put(payload)
        return sending

    def _check_size(self, payload: bytes) -> None:
        """Refuse what the driver would refuse."""
        if len(payload) > self._max_size:
            raise MessageTooLargeError(
                f"the request has {len(payload)} bytes, more than the driver's"
                f" max_message_size of {self._max_size}"
            )

    # --- giving up ---------------------------------------------------------------

    def _give_up(self, request_id: int, flight: Flight) -> None:
        """Have a request stopped that nobody waits for any more, if it is under way.

        It keeps its place until the driver has answered it.
        """
        if self.closed or flight.is_given_up or request_id not in self._flights:
            return
        flight.is_given_up = True
        unsent = flight.sending is None or self._stream.withdraw(flight.sending)
        if unsent:
            # There will be no reply.
            self._drop(request_id, flight)
        if not unsent or flight.has_parts:
            self._put(encode_cancel(request_id))
        self._close_if_useless()

    def _be_late(self, flight: Flight) -> None:
        """Give up a request that the driver should have stopped by itself.

        Nothing else is sent on the connection, but what is under way may still come.
        """
        self.retired = True
        flight.fail(
            ReplyLostError("the driver did not answer in time", timed_out=True)
            if flight.is_begun
            else _late(flight.request)
        )

    def _drop(self, request_id: int, flight: Flight) -> None:
        """Let go of a request that is answered, or will not be."""
        del self._flights[request_id]
        flight.window.leave()
        self._close_if_useless()

    def _close_if_useless(self) -> None:
        """Close it once nobody waits for anything that it may still bring."""
        if self.retired and all(each.is_given_up for each in self._flights.values()):
            self.close()

    # --- replies -----------------------------------------------------------------

    def on_frame(self, payload: Frame) -> None:
        """Take a payload to the request that it answers."""
        if isinstance(payload, OversizedFrame):
            raise ProtocolError(f"a reply of {payload.length} bytes is over the limit")
        request_id, kind, body = split(payload)
        flight = self._flights.get(request_id)
        if flight is None:
            raise ProtocolError(f"a reply to request {request_id} came out of turn")
        if flight.is_given_up:
            if kind != _DATA_PART:
                self._drop(request_id, flight)
            return
        result = decode_result(kind, body)
        if kind != _DATA_PART:
            self._drop(request_id, flight)
            flight.settle(result)
        elif not flight.take_part(result):
            self._give_up(request_id, flight)

    def on_room(self) -> None:
        """Let those go on who have more to send."""
        room, self._room = self._room, None
        if room is not None:
            room.set_result(None)

    # --- the end -----------------------------------------------------------------

    def on_lost(self, reason: Exception) -> None:
        """Tell every request what the end of the connection means for it."""
        self._end(partial(self._loss, reason))

    def close(self) -> None:
        """End the connection; the requests that are under way fail.  Twice is fine."""
        self._end(_closed)
        self._stream.close()

    def forget(self) -> None:
        """Let go of a forked child's copy; see :meth:`AsyncSocket.forget`."""
        self._stream.forget()
        self._end(_forked)

    def _end(self, error: Callable[[Flight], Exception]) -> None:
        """Make every request that is under way fail."""
        if self.closed:
            return
        self.closed = True
        flights, self._flights = self._flights, {}
        for flight in flights.values():
            flight.fail(error(flight))
        for window in (self._writes, self._others, self._ahead):
            window.fail(partial(DriverUnavailableError, "the connection was lost"))
        self.on_room()

    def _loss(self, reason: Exception, flight: Flight) -> Exception:
        """Return what the loss of the connection means for a request."""
        if not flight.is_handed_over:
            return DriverUnavailableError(
                f"the connection to the driver was lost: {reason}"
            )
        if (
            self._is_unix
            and isinstance(reason, ConnectionResetError)
            and flight.sending is self._last_sending
        ):
            # Linux says so where the peer's end was closed with bytes that it had not
            # read (unix_release_sock in net/unix/af_unix.c); the last bytes are those
            # of the last frame: the driver never had it whole.
            return DriverUnavailableError(
                "the driver went before it had read the request"
            )
        return ReplyLostError(str(reason))


def _late(request: FieldRequest) -> RequestTimeoutError:
    """Return the error of a request that was not sent in time."""
    return RequestTimeoutError(
        f"{request.name}: the time ran out before it was sent; the client's own"
        " requests, or a driver that does not read, are in the way"
    )


def _closed(flight: Flight) -> Exception:
    """Return what the closing of the client means for a request."""
    if flight.request.writes and flight.is_begun:
        return OutcomeUnknownError(
            "the client was closed before the reply to a write came; it may have been"
            " applied or not, so read back before repeating it"
        )
    return DriverConnectionError("the client was closed while the request waited")


def _forked(_: Flight) -> Exception:
    """Return the error of a request in a child that was forked while it waited."""
    return DriverConnectionError(
        "the process was forked while the request waited: its reply is the parent's"
    )
