"""A driver process's server: one driver behind one endpoint.

server = DriverServer(driver, endpoint, limits)
server.serve()      # until request_stop()
"""

from __future__ import annotations

import logging
import os
import resource
import time
from functools import partial
from math import inf
from typing import Any, Dict, Set

from ..drivers.base import BaseDatabaseDriver
from ..drivers.execution_context import Deadline
from ..drivers.limits import Limits
from ..exceptions import (
    DriverError,
    InvalidRequestError,
    MessageTooLargeError,
    ProtocolError,
)
from ..messages.codec import (
    Kind,
    decode_part,
    decode_request,
    encode_greeting,
    encode_result,
    split,
)
from ..request import REQUESTS
from ..result import ErrorResult
from ..rpc_server import DatabaseDriverRPCServer, unexpected_error
from ..transport.endpoint import Endpoint
from ..transport.framing import OversizedFrame
from ..transport.listener import Listener
from .dispatcher import Dispatcher
from .interpreter import collect_garbage
from ..event_loop import READ, EventLoop
from .job import Job
from .peer import Peer
from .process_watch import ProcessWatch, peer_process

logger = logging.getLogger(__name__)

_HANDSHAKE_TIMEOUT = 10.0
_ACCEPT_PAUSE = 0.1
_HOUSEKEEPING_INTERVAL = 5.0
_CLOSE_TIMEOUT = 5.0
# What a client whose requests are done side by side may have under way at once.
_SIDE_BY_SIDE_WIDTH = 128
_REQUEST, _PART, _CANCEL = int(Kind.REQUEST), int(Kind.PART), int(Kind.CANCEL)
_SIDE_BY_SIDE = int(Kind.SIDE_BY_SIDE)


class DriverServer:
    """Accepts clients, turns their payloads into jobs and sees to its own end.

    Attributes:
        endpoint: where it listens, with the port that was chosen.
    """

    def __init__(
        self,
        driver: BaseDatabaseDriver,
        endpoint: Endpoint,
        limits: Limits,
        *,
        generation: int = 0,
        drain_timeout: float = 10.0,
    ) -> None:
        """Bind the endpoint for a connected driver.

        Args:
            generation: how often the process was restarted before.
            drain_timeout: seconds to finish what is under way when asked to stop.

        Raises:
            EndpointInUseError: a live driver serves the endpoint.
            DriverConnectionError: the endpoint cannot be bound.
        """
        self._driver = driver
        self._limits = limits
        self._request_timeout = limits.request_timeout
        self._generation = generation
        self._drain_timeout = drain_timeout
        self._started = time.time()
        self._listener = Listener(endpoint.with_key())
        self.endpoint = self._listener.endpoint
        self._loop = EventLoop()
        self._watch = ProcessWatch(self._loop)
        self._rpc = DatabaseDriverRPCServer(
            driver,
            idle_timeout=limits.transaction_idle_timeout,
            process_info=self._figures,
        )
        self._dispatcher = Dispatcher(self._loop, self._rpc, limits)
        self._answer_at_once = self._dispatcher.answer_at_once
        self._peers: Set[Peer] = set()
        self._give_up_at = inf
        self._listen()

    # --- life --------------------------------------------------------------------

    def serve(self) -> None:
        """Serve until :meth:`request_stop`, then finish what is under way."""
        self._loop.call_later(_HOUSEKEEPING_INTERVAL, self._keep_house)
        try:
            self._dispatcher.serve(
                partial(self._loop.run, self._work, self._dispatcher.calm)
            )
        finally:
            self._close()

    def request_stop(self) -> None:
        """Begin to stop; safe from any thread and from a signal handler."""
        self._loop.call_soon(self._drain)

    def watch_parent(self, process_id: int) -> None:
        """Stop when the process ``process_id`` ends; call before :meth:`serve`."""
        self._watch.add(process_id, self._drain)

    def _work(self) -> bool:
        """Run requests; end the loop when it was asked to and all is done."""
        more = self._dispatcher.work()
        if self._dispatcher.draining:
            done = self._dispatcher.idle and not any(p.unsent for p in self._peers)
            if done or time.perf_counter() > self._give_up_at:
                self._loop.stop()
        return more

    def _drain(self) -> None:
        """Take nothing new, finish what was asked for."""
        if self._dispatcher.draining:
            return
        self._give_up_at = time.perf_counter() + self._drain_timeout
        self._loop.call_at(self._give_up_at + 0.001, self._loop.stop)
        self._stop_listening()
        for peer in list(self._peers):
            if peer.authenticated:
                peer.pause()
            else:
                peer.close()
        self._dispatcher.drain("the driver process is stopping", self._peers)

    def _close(self) -> None:
        """Give everything back."""
        for peer in list(self._peers):
            peer.close()
        self._stop_listening()
        self._listener.close()
        self._dispatcher.work()
        self._dispatcher.close(_CLOSE_TIMEOUT)
        self._rpc.cursors.close_all()
        self._watch.close()
        self._loop.close()

    def _keep_house(self) -> None:
        """Close cursors that their clients have left open, and collect garbage."""
        self._dispatcher.cursors.close_idle()
        collect_garbage()
        self._loop.call_later(_HOUSEKEEPING_INTERVAL, self._keep_house)

    # --- clients -----------------------------------------------------------------

    def _listen(self) -> None:
        """Take new clients."""
        self._loop.register(self._listener.fileno(), READ, self._accept)
        self._listening = True

    def _stop_listening(self) -> None:
        """Take no new clients."""
        if self._listening:
            self._listening = False
            self._loop.unregister(self._listener.fileno())

    def _accept(self, _: int) -> None:
        """Take the clients that wait."""
        while True:
            try:
                stream = self._listener.accept()
            except OSError as error:
                # No descriptors left: trying again at once would only burn the core.
                logger.warning("cannot accept a client: %s", error)
                self._stop_listening()
                self._loop.call_later(_ACCEPT_PAUSE, self._listen_again)
                return
            if stream is None:
                return
            peer = Peer(
                stream,
                self._loop,
                self,
                self.endpoint.key,
                self._limits.max_message_size,
            )
            peer.process_id = peer_process(stream)
            peer.handshake_timer = self._loop.call_later(_HANDSHAKE_TIMEOUT, peer.close)
            self._peers.add(peer)

    def _listen_again(self) -> None:
        """Take clients again after a pause."""
        if not self._listening and not self._dispatcher.draining:
            self._listen()

    def on_ready(self, peer: Peer) -> None:
        """Greet a client that has proved the key."""
        if peer.handshake_timer is not None:
            peer.handshake_timer.cancel()
        if peer.process_id:
            self._watch.add(peer.process_id, peer.close)
        peer.send(
            encode_greeting(
                {
                    "driver_type": self._driver.driver_type,
                    "max_message_size": self._limits.max_message_size,
                    "side_by_side": _SIDE_BY_SIDE_WIDTH,
                    "pid": os.getpid(),
                    "generation": self._generation,
                }
            )
        )

    def on_sent(self, peer: Peer) -> None:
        """Go on with a client that has taken its replies."""
        self._dispatcher.on_sent(peer)

    def on_closed(self, peer: Peer) -> None:
        """Let go of a client."""
        self._peers.discard(peer)
        if peer.handshake_timer is not None:
            peer.handshake_timer.cancel()
        if peer.process_id:
            self._watch.remove(peer.process_id, peer.close)
        peer.parts.clear()
        self._dispatcher.leave(peer)

    # --- their payloads ----------------------------------------------------------

    def on_payload(self, peer: Peer, payload: Any) -> None:
        """Take a client's payload."""
        request_id, kind, body = split(payload)
        try:
            if kind == _REQUEST:
                self._take_request(peer, request_id, body)
            elif kind == _PART:
                self._take_part(peer, request_id, body)
            elif kind == _CANCEL:
                self._forget_parts(peer, request_id)
                self._dispatcher.cancel(peer, request_id)
            elif kind == _SIDE_BY_SIDE:
                peer.queue.width = _SIDE_BY_SIDE_WIDTH
            else:
                raise ProtocolError(f"unknown kind of message: {kind}")
        except DriverError as error:
            self._forget_parts(peer, request_id)
            self._refuse(peer, request_id, error)
        except Exception as error:  # a fault of ours must not take the driver down
            logger.exception("a request could not be taken")
            self._forget_parts(peer, request_id)
            self._refuse(peer, request_id, unexpected_error("request", error))

    def on_oversized(self, peer: Peer, notice: OversizedFrame) -> None:
        """Refuse a payload that was skipped; its connection lives on."""
        request_id, kind, _ = split(notice.head)
        if kind == _PART:
            peer.parts[request_id] = []
            peer.part_bytes[request_id] = notice.length
        else:
            self._forget_parts(peer, request_id)
            self._refuse(peer, request_id, self._too_large(notice.length))

    def _take_request(self, peer: Peer, request_id: int, body: Any) -> None:
        """Answer a request at once, or queue it."""
        name, timeout, fields = decode_request(body)
        request_class = REQUESTS.get(name)
        if request_class is None:
            raise InvalidRequestError(f"unknown method {name!r}")
        size = len(body)
        if request_id in peer.parts:
            size += peer.part_bytes[request_id]
            parts = self._forget_parts(peer, request_id)
            if size > self._limits.max_message_size:
                raise self._too_large(size)
            fields = {**fields, "blocks": parts + fields.get("blocks", [])}
        if request_id in peer.jobs:
            raise ProtocolError(f"request id {request_id} is still under way")
        request = request_class.received(fields)
        if timeout is None:
            timeout = self._request_timeout
            if timeout is None and self._answer_at_once(peer, request_id, request):
                return
        at = inf if timeout is None else time.perf_counter() + timeout
        self._dispatcher.add(Job(peer, request_id, request, Deadline(at)), size)

    def _take_part(self, peer: Peer, request_id: int, body: Any) -> None:
        """Keep rows that come ahead of their request."""
        size = peer.part_bytes.get(request_id, 0) + len(body)
        peer.part_bytes[request_id] = size
        if sum(peer.part_bytes.values()) > self._limits.max_message_size:
            # What is not kept counts as too large, so that the request is refused.
            peer.parts[request_id] = []
            peer.part_bytes[request_id] = max(size, self._limits.max_message_size)
        else:
            peer.parts.setdefault(request_id, []).append(decode_part(body))

    def _forget_parts(self, peer: Peer, request_id: int) -> "list[Any]":
        """Return and drop the rows that were kept for a request."""
        peer.part_bytes.pop(request_id, None)
        return peer.parts.pop(request_id, [])

    def _refuse(self, peer: Peer, request_id: int, error: DriverError) -> None:
        """Answer a payload that is no request that can be run."""
        peer.send(encode_result(request_id, ErrorResult.of_error(error)))

    def _too_large(self, size: int) -> MessageTooLargeError:
        """Return the error of a request of ``size`` bytes."""
        return MessageTooLargeError(
            f"the request has {size} bytes, over max_message_size of"
            f" {self._limits.max_message_size}: send less at once"
        )

    # --- figures -----------------------------------------------------------------

    def _figures(self) -> Dict[str, Any]:
        """Return figures about the process."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "pid": os.getpid(),
            "generation": self._generation,
            "uptime": time.time() - self._started,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "clients": len(self._peers),
            **self._dispatcher.figures(),
        }
