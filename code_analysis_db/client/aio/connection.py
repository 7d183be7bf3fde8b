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
    DriverUnavailableError,
    MessageTooLargeError,
    ProtocolError,
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
from ...messages.service_requests import PingRequest, StatsRequest
from ...rows import RowBlock
from ...transport.async_socket import AsyncSocket, Sending
from ...transport.endpoint import Endpoint
from ...transport.framing import Frame, OversizedFrame
from ..channel import REPLY_GRACE, ReplyLostError
from .flight import Flight
from .losses import closed, forked, late, loss_of
from .places import Places
from .window import Window

T = TypeVar("T")

_CONNECT_TIMEOUT = 10.0
_LEAST_TIMEOUT = 0.001
_DATA_PART = int(Kind.DATA_PART)
# What the driver answers whatever else is under way, and how many of them at once.
_OF_PROCESS = frozenset({PingRequest, StatsRequest})
_CONTROLS = 64


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
                Nothing keeps a ping waiting.
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
        self._controls = Window(_CONTROLS)
        self._windows = (self._controls, self._writes, self._others)
        # Blocks of rows go ahead of one request at a time: the driver keeps so many.
        self._ahead = Places(1)
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
        if self.closed:
            raise DriverUnavailableError("the connection to the driver was lost")
        loop = self._loop
        window = self._window_of(request)
        flight = Flight(request, read, loop.create_future(), window)
        if timeout is not None:
            flight.give_up_at = loop.time() + timeout
            flight.timer = loop.call_later(timeout, self._be_late, flight)
        if ahead:
            flight.turn = loop.create_future()
        if window.free and not self._stream.is_full:
            window.free -= 1
            self._depart(flight)
        else:
            window.wait(flight)
        try:
            if ahead:
                await self._send_ahead(flight, ahead)
            value: T = await flight.future
            return value
        except BaseException:
            self._give_up(flight)
            raise
        finally:
            if flight.timer is not None:
                flight.timer.cancel()

    def _window_of(self, request: FieldRequest) -> Window:
        """Return where a request waits for its place."""
        if request.writes:
            return self._writes
        return self._controls if type(request) in _OF_PROCESS else self._others

    def _depart(self, flight: Flight) -> None:
        """Send a request that has got its place, or let its task do so."""
        self._last_id = flight.id = self._last_id + 1
        self._flights[flight.id] = flight
        if flight.turn is None:
            self._send(flight)
        elif not flight.turn.done():
            flight.turn.set_result(None)

    def _send(self, flight: Flight) -> None:
        """Put a request on its way, with the time that is left."""
        try:
            left = flight.left(self._loop.time())
            payload = encode_request(flight.id, flight.request, left)
            self._check_size(payload)
            flight.sending = self._put(payload)
        except Exception as error:
            flight.fail(error)
            if flight.turn is None:
                # Nobody waits on this way out: whoever gave the place gives it on.
                del self._flights[flight.id]
                flight.window.free += 1

    async def _send_ahead(self, flight: Flight, ahead: Iterable[RowBlock]) -> None:
        """Send a request behind its rows, letting others go between these."""
        assert flight.turn is not None
        await asyncio.wait(
            (flight.turn, flight.future), return_when=asyncio.FIRST_COMPLETED
        )
        if flight.future.done():
            return
        left = flight.left(self._loop.time())
        await self._ahead.enter(left, partial(late, flight.request))
        try:
            for block in ahead:
                await self._wait_for_room(flight)
                if flight.future.done():
                    return
                part = encode_part(flight.id, block)
                self._check_size(part)
                self._put(part)
                flight.has_parts = True
                await asyncio.sleep(0)
            if not flight.future.done():
                self._send(flight)
        finally:
            self._ahead.leave()

    async def _wait_for_room(self, flight: Flight) -> None:
        """Wait until the driver takes what was sent, or the flight has come to an
        end."""
        while self._stream.is_full and not flight.future.done():
            if self._room is None:
                self._room = self._loop.create_future()
            await asyncio.wait(
                (self._room, flight.future), return_when=asyncio.FIRST_COMPLETED
            )

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

    def _give_up(self, flight: Flight) -> None:
        """Have a request stopped that nobody waits for any more.

        One that is under way keeps its place until the driver has answered it.
        """
        if not flight.id:
            flight.window.forget(flight)
        if flight.is_given_up or self._flights.get(flight.id) is not flight:
            return
        flight.is_given_up = True
        unsent = flight.sending is None or self._stream.withdraw(flight.sending)
        if not unsent or flight.has_parts:
            self._put(encode_cancel(flight.id))
        if unsent:
            # There will be no reply.
            self._drop(flight)
        self._close_if_useless()

    def _be_late(self, flight: Flight) -> None:
        """Fail a request whose time is up before it was sent; let the driver stop one
        that it has by itself."""
        if flight.is_begun:
            flight.timer = self._loop.call_later(REPLY_GRACE, self._be_silent, flight)
        else:
            flight.fail(late(flight.request))

    def _be_silent(self, flight: Flight) -> None:
        """Give up a request that the driver should have stopped.

        Nothing else is sent on the connection, but what is under way may still come.
        """
        self.retired = True
        flight.fail(ReplyLostError("the driver did not answer in time", timed_out=True))
        for window in self._windows:
            for waiting in window.clear():
                waiting.fail(
                    DriverUnavailableError("the driver stayed silent on the connection")
                )

    def _drop(self, flight: Flight) -> None:
        """Let go of a request that is answered, or will not be."""
        del self._flights[flight.id]
        flight.window.free += 1
        self._let_depart(flight.window)

    def _let_depart(self, window: Window) -> None:
        """Send those who wait, as far as there are places and room."""
        while window.waiting and window.free and not self._stream.is_full:
            self._depart(window.next())

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
                self._drop(flight)
                self._close_if_useless()
            return
        result = decode_result(kind, body)
        if kind != _DATA_PART:
            self._drop(flight)
            flight.settle(result)
        elif not flight.take_part(result):
            self._give_up(flight)

    def on_room(self) -> None:
        """Let those go on who have more to send."""
        room, self._room = self._room, None
        if room is not None:
            room.set_result(None)
        for window in self._windows:
            self._let_depart(window)

    # --- the end -----------------------------------------------------------------

    def on_lost(self, reason: Exception) -> None:
        """Tell every request what the end of the connection means for it."""
        self._end(partial(self._loss, reason))

    def close(self) -> None:
        """End the connection; the requests that are under way fail.  Twice is fine."""
        self._end(closed)
        self._stream.close()

    def forget(self) -> None:
        """Let go of a forked child's copy; see :meth:`AsyncSocket.forget`."""
        self._stream.forget()
        self._end(forked)

    def _end(self, error: Callable[[Flight], Exception]) -> None:
        """Make every request that is under way fail."""
        if self.closed:
            return
        self.closed = True
        flights = [*self._flights.values()]
        self._flights = {}
        for window in self._windows:
            flights += window.clear()
        for flight in flights:
            flight.fail(error(flight))
        self._ahead.fail(partial(DriverUnavailableError, "the connection was lost"))
        self.on_room()

    def _loss(self, reason: Exception, flight: Flight) -> Exception:
        """Return what the loss of the connection means for a request."""
        was_last = flight.sending is not None and flight.sending is self._last_sending
        return loss_of(flight, reason, self._is_unix and was_last)
