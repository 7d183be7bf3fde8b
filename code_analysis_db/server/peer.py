"""One connected client, as the driver process sees it.

It moves bytes: frames in, frames out, and the handshake before them.  What a frame
means is the owner's to say (:class:`PeerOwner`).  The loop thread reads; any thread may
send.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from select import EPOLLERR, EPOLLHUP
from typing import Any, Deque, Dict, List, Optional, Protocol

from ..exceptions import HandshakeError, ProtocolError
from ..request_queue import ClientQueue
from ..transport.framing import (
    SHORT_LIMIT,
    FrameParser,
    OversizedFrame,
    frame,
    short_length,
)
from ..transport.handshake import MAX_HANDSHAKE_FRAME, ServerHandshake
from ..event_loop import READ, WRITE, EventLoop, Timer
from .job import Job
from .transaction_entry import TransactionEntry

_ERRORS = EPOLLERR | EPOLLHUP


class PeerOwner(Protocol):
    """What a peer tells about."""

    def on_ready(self, peer: "Peer") -> None:
        """The peer has proved the key."""

    def on_payload(self, peer: "Peer", payload: Any) -> None:
        """The peer has sent a payload."""

    def on_oversized(self, peer: "Peer", notice: OversizedFrame) -> None:
        """The peer has sent a payload over the limit; it was skipped."""

    def on_sent(self, peer: "Peer") -> None:
        """Everything that was kept for the peer has been sent."""

    def on_closed(self, peer: "Peer") -> None:
        """The peer's connection has ended."""


class Peer:
    """A client's connection.

    Attributes:
        queue: its requests that wait.
        parts: blocks of requests that are not complete yet, under the request's id.
        part_bytes: their size on the wire.
        jobs: its requests that wait or run, under their id.
        transactions: its open transactions, under their id.
        cursors: its open cursors' ids, each with the id of the transaction that it
            belongs to.
        process_id: the process at the other end, 0 where unknown.
        unsent: replies that wait for the client to read.
        paused: whether it is not read from.
        closed: whether the connection has ended.
    """

    def __init__(
        self,
        stream: socket.socket,
        loop: EventLoop,
        owner: PeerOwner,
        key: bytes,
        max_message_size: int,
    ) -> None:
        """Take over a connected non-blocking socket and begin the handshake."""
        self.queue: ClientQueue[Job] = ClientQueue()
        self.parts: Dict[int, List[Any]] = {}
        self.part_bytes: Dict[int, int] = {}
        self.jobs: Dict[int, Job] = {}
        self.transactions: Dict[str, TransactionEntry] = {}
        self.cursors: Dict[str, Optional[str]] = {}
        self.process_id = 0
        self.closed = False
        self.handshake_timer: Optional[Timer] = None
        self._stream = stream
        self._descriptor = stream.fileno()
        self._loop = loop
        self._owner = owner
        self._max_message_size = max_message_size
        self._handshake: Optional[ServerHandshake] = ServerHandshake(key)
        self._parser = FrameParser(MAX_HANDSHAKE_FRAME)
        self._lock = threading.Lock()
        self.unsent: Deque[memoryview] = deque()
        self.paused = False
        self._recv = stream.recv
        self._send = stream.send
        loop.register(self._descriptor, READ, self._on_events)
        self.send(self._handshake.start())

    @property
    def authenticated(self) -> bool:
        """Whether the peer has proved the key."""
        return self._handshake is None

    # --- reading -----------------------------------------------------------------

    def _on_events(self, events: int) -> None:
        """Read or write as the socket allows."""
        if events != READ or self.paused:
            if events & WRITE:
                self._flush()
            if not events & READ or self.paused:
                if events & _ERRORS:
                    self.close()
                return
        # Once: the rest is reported again.
        try:
            data = self._recv(self._parser.read_size)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        try:
            for item in self._parser.feed(data):
                if self._handshake is not None:
                    self._shake_hands(item)
                elif isinstance(item, OversizedFrame):
                    self._owner.on_oversized(self, item)
                else:
                    self._owner.on_payload(self, item)
                if self.closed:
                    return
        except (ProtocolError, HandshakeError):
            # The stream cannot be read any further: the end is all there is to say.
            self.close()

    def _shake_hands(self, item: Any) -> None:
        """Take a frame of the handshake."""
        handshake = self._handshake
        assert handshake is not None
        if isinstance(item, OversizedFrame):
            raise HandshakeError("a client sent no handshake")
        try:
            answer = handshake.receive(bytes(item))
        except HandshakeError:
            self.send(handshake.refusal())
            raise
        if answer is not None:
            self.send(answer)
        if handshake.done:
            self._handshake = None
            self._parser.max_size = self._max_message_size
            self._owner.on_ready(self)

    def pause(self) -> None:
        """Stop reading: the client waits in its own ``send``."""
        with self._lock:
            if not self.paused and not self.closed:
                self.paused = True
                self._watch()

    def resume(self) -> None:
        """Read again."""
        with self._lock:
            if self.paused and not self.closed:
                self.paused = False
                self._watch()

    # --- writing -----------------------------------------------------------------

    def send(self, payload: bytes) -> None:
        """Send a payload, or keep what the socket does not take at once.

        Safe from any thread; it never waits.  A connection that has ended takes
        nothing, silently: its end is dealt with by the loop thread.
        """
        length = len(payload)
        short = length <= SHORT_LIMIT
        data = short_length(length) + payload if short else frame(payload)
        with self._lock:
            if self.closed:
                return
            sent = 0
            if not self.unsent:
                try:
                    sent = self._send(data)
                except BlockingIOError:
                    sent = 0
                except OSError:
                    return
            if sent < len(data):
                self.unsent.append(memoryview(data)[sent:])
                if len(self.unsent) == 1:
                    self._watch()

    def _flush(self) -> None:
        """Send what was kept, as far as the socket takes it."""
        with self._lock:
            while self.unsent and not self.closed:
                data = self.unsent[0]
                try:
                    sent = self._send(data)
                except BlockingIOError:
                    return
                except OSError:
                    self.unsent.clear()
                    break
                if sent < len(data):
                    self.unsent[0] = data[sent:]
                    return
                self.unsent.popleft()
            if not self.closed:
                self._watch()
        self._owner.on_sent(self)

    def _watch(self) -> None:
        """Wait for what is wanted now; the lock must be held."""
        events = (0 if self.paused else READ) | (WRITE if self.unsent else 0)
        self._loop.modify(self._descriptor, events)

    def close(self) -> None:
        """End the connection; twice is fine.  Loop thread only."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
            self.unsent.clear()
            self._loop.unregister(self._descriptor)
            self._stream.close()
        self._owner.on_closed(self)
