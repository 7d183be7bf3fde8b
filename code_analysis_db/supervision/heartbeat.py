"""Proof that a driver serves: pings over a connection of the supervisor's own."""

from __future__ import annotations

import threading
import time
from typing import Callable, Optional

from ..exceptions import DriverError
from ..messages.codec import decode_greeting, decode_result, encode_request, split
from ..messages.service_requests import PingRequest
from ..transport.client_socket import ClientSocket
from ..transport.endpoint import Endpoint
from .settings import SupervisionSettings

_RETRY_SECONDS = 0.1


class Heartbeat:
    """A thread that pings one incarnation of a driver.

    It has a thread of its own because the handshake blocks, and a driver that hangs in
    it must not hold up the supervision of the others.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: SupervisionSettings,
        ready: Callable[[], None],
        silent: Callable[[], None],
    ) -> None:
        """Start pinging.

        Args:
            ready: called after the first answer, on the heartbeat's thread.
            silent: called when an answer did not come in time; the last call.
        """
        self._endpoint = endpoint
        self._settings = settings
        self._ready = ready
        self._silent = silent
        self._stopped = threading.Event()
        self._connection: Optional[ClientSocket] = None
        self._ping_id = 0
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """End soon, with no further call."""
        self._stopped.set()

    def _run(self) -> None:
        """Ping until stopped, or until the driver is silent."""
        settings = self._settings
        try:
            # Whoever started the driver has a timer for a start that takes too long.
            if not self._answers_within(settings.start_timeout):
                return
            self._ready()
            while settings.heartbeat_interval:
                if self._stopped.wait(settings.heartbeat_interval):
                    return
                if not self._answers_within(settings.heartbeat_timeout):
                    if not self._stopped.is_set():
                        self._silent()
                    return
        finally:
            self._disconnect()

    def _answers_within(self, seconds: float) -> bool:
        """Whether the driver answers a ping in time; a lost connection is made anew."""
        deadline = time.monotonic() + seconds
        while not self._stopped.is_set():
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            try:
                self._ping(remaining)
                return True
            except TimeoutError:
                return False
            except (DriverError, EOFError, OSError):
                self._disconnect()
                self._stopped.wait(min(_RETRY_SECONDS, remaining))
        return False

    def _ping(self, seconds: float) -> None:
        """Send a ping and take its answer.

        The time is waited in two halves: when both processes were stopped together (a
        suspended machine, Ctrl-Z), the first one may be over on waking up, and the
        driver still has the second one to answer in.

        Raises:
            TimeoutError: no answer came within ``seconds``.
        """
        if self._connection is None:
            self._connection = ClientSocket.connect(self._endpoint, seconds)
            decode_greeting(self._connection.greeting)
        connection = self._connection
        self._ping_id += 1
        connection.send(encode_request(self._ping_id, PingRequest()))
        try:
            payload = connection.receive(seconds / 2)
        except TimeoutError:
            payload = connection.receive(seconds / 2)
        _, kind, body = split(payload)
        result = decode_result(kind, body)
        if result.is_error():
            raise DriverError(f"the ping failed: {result!r}")

    def _disconnect(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
