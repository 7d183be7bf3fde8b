"""The thread that all supervision of one manager runs on.

It waits for descriptors, timers and calls from other threads, with no polling, and runs
one callback at a time; what only callbacks touch needs no lock.  No callback may block.
"""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Callable, Deque, Iterator, List, Optional, Tuple, TypeVar

_T = TypeVar("_T")
Callback = Callable[[], None]


class Timer:
    """A call that is due at a moment, unless it is cancelled."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callback) -> None:
        """Make a timer that calls ``callback`` once."""
        self.callback: Optional[Callback] = callback

    def cancel(self) -> None:
        """Drop the call; too late or twice is fine."""
        self.callback = None


class EventLoop:
    """A selector, a heap of timers and a queue of calls, on a daemon thread.

    The thread is a daemon so that a program that ends is not held up by it; it still
    runs while the exit handlers do.
    """

    def __init__(self, name: str, failed: Callable[[BaseException], None]) -> None:
        """Start the thread.

        Args:
            failed: is told the exception of a callback; it must not raise.
        """
        self._failed = failed
        self._selector = selectors.DefaultSelector()
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_receiver.setblocking(False)
        self._wake_sender.setblocking(False)
        self._calls: Deque[Callback] = deque()
        self._timers: List[Tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._running = True
        self._lock = threading.Lock()
        self._is_closed = False
        self.watch(self._wake_receiver.fileno(), self._take_wake_up)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    # --- from any thread --------------------------------------------------------------

    def post(self, callback: Callback) -> bool:
        """Have the loop's thread run the callback soon; False where it is closed."""
        with self._lock:
            if self._is_closed:
                return False
            self._calls.append(callback)
            self._wake()
        return True

    def run(self, callback: Callable[[], _T]) -> _T:
        """Have the loop's thread run the callback, and wait for what it returns.

        Raises:
            RuntimeError: the loop is closed.
        """
        outcome: Future[_T] = Future()

        def run() -> None:
            """Run the callback and keep its outcome."""
            try:
                outcome.set_result(callback())
            except BaseException as error:
                outcome.set_exception(error)

        if not self.post(run):
            raise RuntimeError("the event loop is closed")
        return outcome.result()

    def close(self) -> None:
        """Run what was posted before, then end the thread; twice is fine."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._calls.append(self._end)
            self._wake()
        self._thread.join()
        self._selector.close()
        self._wake_receiver.close()
        self._wake_sender.close()

    def _wake(self) -> None:
        """Make the loop's thread look at the posted calls."""
        try:
            self._wake_sender.send(b"\0")
        except BlockingIOError:
            # So many wake-ups are pending that one more would say nothing new.
            return

    # --- on the loop's thread ---------------------------------------------------------

    def watch(self, descriptor: int, callback: Callback) -> None:
        """Call back whenever the descriptor is readable."""
        self._selector.register(descriptor, selectors.EVENT_READ, callback)

    def unwatch(self, descriptor: int) -> None:
        """Stop watching; needed before the descriptor is closed."""
        self._selector.unregister(descriptor)

    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call back once, ``seconds`` from now."""
        timer = Timer(callback)
        due = time.monotonic() + seconds
        heapq.heappush(self._timers, (due, next(self._order), timer))
        return timer

    def _run(self) -> None:
        """Serve events until :meth:`close`."""
        while self._running:
            for key, _ in self._selector.select(self._time_to_next_timer()):
                # An earlier callback of this round may have closed the descriptor.
                if self._selector.get_map().get(key.fd) is key:
                    self._call(key.data)
            for callback in self._due():
                self._call(callback)

    def _call(self, callback: Callback) -> None:
        """Run a callback; a failing one does not end the supervision of the rest."""
        try:
            callback()
        except Exception as error:
            self._failed(error)

    def _time_to_next_timer(self) -> Optional[float]:
        """Return the seconds to wait at most, None for no timer."""
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - time.monotonic())

    def _due(self) -> Iterator[Callback]:
        """Yield the callbacks of the timers that are due."""
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            callback = heapq.heappop(self._timers)[2].callback
            if callback is not None:
                yield callback

    def _take_wake_up(self) -> None:
        """Run the posted calls."""
        self._wake_receiver.recv(4096)
        for _ in range(len(self._calls)):
            self._call(self._calls.popleft())

    def _end(self) -> None:
        """Let the current round be the last."""
        self._running = False
