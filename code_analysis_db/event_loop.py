"""The loop thread's wait: sockets, timers, and calls from other threads.

Level-triggered epoll.  Nothing in it sleeps while there is work; without work it blocks
in the kernel.  For some microseconds after the last event it asks the kernel without
blocking (``spin``): the next request of a single busy client comes within 30, where
falling asleep costs a wake-up of 30 to 60 and cold caches, in which the same work takes
three times as long (measured).  Between two questions it yields the core to whoever
wants it, so that a client on the same core is not kept waiting.
"""

from __future__ import annotations

import heapq
import itertools
import os
import select
import threading
import time
from collections import deque
from typing import Callable, Deque, Dict, List, Optional, Tuple

Handler = Callable[[int], None]

READ = select.EPOLLIN
WRITE = select.EPOLLOUT
_MAX_EVENTS = 64


class Timer:
    """A call that is due; :meth:`cancel` takes it back."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        """Keep the call."""
        self.callback: Optional[Callable[[], None]] = callback

    def cancel(self) -> None:
        """Take the call back; once it was made, this does nothing."""
        self.callback = None


class EventLoop:
    """Waits for events and calls their handlers, on one thread.

    Attributes:
        spin: seconds to ask without blocking after an event, 0.0 for never.
    """

    def __init__(self, spin: float = 0.00005) -> None:
        """Make a loop that nothing is registered with."""
        self.spin = spin
        self._epoll = select.epoll()
        self._handlers: Dict[int, Handler] = {}
        self._timers: List[Tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._calls: Deque[Callable[[], None]] = deque()
        self._sleeping = False
        self._woken = False
        self._stopped = False
        self._closed = False
        self._wake_lock = threading.Lock()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.register(self._wake_fd, READ, self._take_wake_up)

    # --- descriptors -------------------------------------------------------------

    def register(self, descriptor: int, events: int, handler: Handler) -> None:
        """Call ``handler(events)`` when the descriptor has some of ``events``."""
        self._epoll.register(descriptor, events)
        self._handlers[descriptor] = handler

    def modify(self, descriptor: int, events: int) -> None:
        """Wait for other events of a registered descriptor; safe from any thread."""
        self._epoll.modify(descriptor, events)

    def unregister(self, descriptor: int) -> None:
        """Forget a descriptor; must come before it is closed."""
        if self._handlers.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    # --- calls and timers --------------------------------------------------------

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Have the loop thread call ``callback``; safe from any thread."""
        self._calls.append(callback)
        self.wake()

    def wake(self) -> None:
        """End the loop thread's wait; safe from any thread, also after the end."""
        self._woken = True
        if self._sleeping:
            # The lock keeps the descriptor from being closed, and its number from
            # being another's, in between.
            with self._wake_lock:
                if not self._closed:
                    os.eventfd_write(self._wake_fd, 1)

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` at ``when`` seconds of ``time.perf_counter``."""
        timer = Timer(callback)
        heapq.heappush(self._timers, (when, next(self._order), timer))
        return timer

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` in ``delay`` seconds."""
        return self.call_at(time.perf_counter() + delay, callback)

    # --- running -----------------------------------------------------------------

    def run(self, work: Callable[[], bool], calm: Callable[[], bool]) -> None:
        """Serve events until :meth:`stop`.

        Args:
            work: called after each round of events; True when it has more to do.
            calm: tells whether other threads are idle, so that asking the kernel
                without blocking takes nothing from them.
        """
        handlers, timers = self._handlers, self._timers
        perf_counter = time.perf_counter
        more = False
        while not self._stopped:
            for descriptor, events in self._wait(more, calm):
                handler = handlers.get(descriptor)
                # An earlier handler of this round may have closed it.
                if handler is not None:
                    handler(events)
            self._woken = False
            while self._calls:
                self._calls.popleft()()
            if timers and (
                timers[0][2].callback is None or timers[0][0] <= perf_counter()
            ):
                self._run_timers()
            more = work()

    def stop(self) -> None:
        """End :meth:`run` after this round; safe from any thread."""
        self._stopped = True
        self.wake()

    def close(self) -> None:
        """Give the loop's own descriptors back."""
        with self._wake_lock:
            self._closed = True
            self.unregister(self._wake_fd)
            os.close(self._wake_fd)
            self._epoll.close()

    def _wait(self, more: bool, calm: Callable[[], bool]) -> List[Tuple[int, int]]:
        """Return the next events, blocking when there is nothing else to do."""
        poll = self._epoll.poll
        events = poll(0, _MAX_EVENTS)
        if events or more or self._woken:
            return events
        if self.spin and calm():
            sched_yield, perf_counter = os.sched_yield, time.perf_counter
            give_up = perf_counter() + self.spin
            while True:
                sched_yield()
                events = poll(0, _MAX_EVENTS)
                if events or self._woken:
                    return events
                if perf_counter() > give_up:
                    break
        timeout = -1.0
        if self._timers:
            # Rounded up: epoll counts in milliseconds, and waking early would spin.
            timeout = max(0.0, self._timers[0][0] - time.perf_counter()) + 0.001
        self._sleeping = True
        try:
            # A wake-up from before ``_sleeping`` was set has written nothing.
            return poll(0.0 if self._woken else timeout, _MAX_EVENTS)
        finally:
            self._sleeping = False

    def _run_timers(self) -> None:
        """Make the calls that are due."""
        timers = self._timers
        now = time.perf_counter()
        while timers and (timers[0][0] <= now or timers[0][2].callback is None):
            callback = heapq.heappop(timers)[2].callback
            if callback is not None:
                callback()

    def _take_wake_up(self, _: int) -> None:
        """Take the wake-up."""
        os.eventfd_read(self._wake_fd)
