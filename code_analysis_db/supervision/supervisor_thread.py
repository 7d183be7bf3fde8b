"""The thread that all supervision of one manager runs on.

It waits for descriptors, timers and calls from other threads, with no polling, and runs
one callback at a time; what only callbacks touch needs no lock.  No callback may block.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Callable, TypeVar

from ..event_loop import READ, EventLoop, Timer

_T = TypeVar("_T")
Callback = Callable[[], None]


class SupervisorThread:
    """An event loop on a daemon thread.

    It is a daemon so that a program that ends is not held up by it; it still runs while
    the exit handlers do.
    """

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        """Start the thread.

        Args:
            failed: is told the exception of a callback; it must not raise.
        """
        self._failed = failed
        self._loop = EventLoop(spin=0.0)
        self._lock = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    # --- from any thread ------------------------------------------------------------

    def post(self, callback: Callback) -> bool:
        """Have the thread run the callback soon; False where it is closed."""
        with self._lock:
            if self._is_closed:
                return False
            self._loop.call_soon(self._guarded(callback))
        return True

    def run(self, callback: Callable[[], _T]) -> _T:
        """Have the thread run the callback, and wait for what it returns.

        Raises:
            RuntimeError: the thread is closed.
        """
        outcome: Future[_T] = Future()

        def run() -> None:
            """Run the callback and keep its outcome."""
            try:
                outcome.set_result(callback())
            except BaseException as error:
                outcome.set_exception(error)

        if not self.post(run):
            raise RuntimeError("the supervisor's thread is closed")
        return outcome.result()

    def close(self) -> None:
        """Run what was posted before, then end the thread; twice is fine."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._loop.call_soon(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- on the thread itself -------------------------------------------------------

    def watch(self, descriptor: int, callback: Callback) -> None:
        """Call back whenever the descriptor is readable."""
        guarded = self._guarded(callback)

        def readable(_: int) -> None:
            """Call back for whatever events there are."""
            guarded()

        self._loop.register(descriptor, READ, readable)

    def unwatch(self, descriptor: int) -> None:
        """Stop watching; needed before the descriptor is closed."""
        self._loop.unregister(descriptor)

    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call back once, ``seconds`` from now."""
        return self._loop.call_later(seconds, self._guarded(callback))

    def _run(self) -> None:
        """Serve events until :meth:`close`."""
        self._loop.run(work=_nothing_more, calm=_nothing_more)

    def _guarded(self, callback: Callback) -> Callback:
        """Return the callback made so that its failure does not end the supervision of
        the rest."""

        def run() -> None:
            """Run the callback and report what it raises."""
            try:
                callback()
            except Exception as error:
                self._failed(error)

        return run


def _nothing_more() -> bool:
    """Whether there is work besides the events: never."""
    return False
