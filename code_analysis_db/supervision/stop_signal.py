"""What SIGTERM does to a driver process."""

from __future__ import annotations

import os
import signal
import threading
from typing import Callable, Collection, Optional

_EXIT_CODE = 0


class StopSignal:
    """The first signal drains the server, a second one ends the process at once.

    Before there is a server to drain, the first one ends the process.

    The signals are taken by a thread that waits for them and are blocked in all others.
    The kernel may hand a signal to any thread that does not block it, and a handler in
    Python would have to wait there until the main thread comes back from its system
    call, which nothing interrupts then.
    """

    def __init__(
        self, signals: Collection[signal.Signals], abandon: Callable[[], None]
    ) -> None:
        """Take the signals over; made before any thread that must not get them.

        Args:
            abandon: called before the process is ended at once.
        """
        self._signals = signals
        self._abandon = abandon
        self._stop: Optional[Callable[[], None]] = None
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        threading.Thread(target=self._wait, name="stop-signal", daemon=True).start()

    def attach(self, stop: Callable[[], None]) -> None:
        """Have the first signal call ``stop``, on the waiting thread."""
        self._stop = stop

    def _wait(self) -> None:
        """Wait for the signals."""
        signal.sigwait(self._signals)
        stop = self._stop
        if stop is not None:
            stop()
            signal.sigwait(self._signals)
        self._abandon()
        os._exit(_EXIT_CODE)
