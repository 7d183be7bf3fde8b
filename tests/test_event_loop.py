"""The loop misses no wake-up, keeps time, and sleeps when there is nothing to do."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import Iterator, List

import pytest

from code_analysis_db.event_loop import READ, EventLoop


@pytest.fixture(params=[0.0, 0.00005], ids=["blocking", "spinning"])
def loop(request: pytest.FixtureRequest) -> Iterator[EventLoop]:
    """Return a loop, with and without asking before it blocks."""
    loop = EventLoop(spin=request.param)
    yield loop
    loop.close()


def _run(loop: EventLoop) -> None:
    """Run the loop until it is stopped, with nothing to do beside its events."""
    guard = loop.call_later(30, loop.stop)
    loop.run(lambda: False, lambda: True)
    assert guard.callback is not None, "the loop was not stopped in 30 s"
    guard.cancel()


def test_no_call_from_another_thread_is_lost(loop: EventLoop) -> None:
    """Each of many calls, made while the loop falls asleep or not, is made once."""
    calls: List[int] = []
    count = 3000

    def call(number: int) -> None:
        """Note a call; the last one ends the loop."""
        calls.append(number)
        if number == count - 1:
            loop.stop()

    def feed() -> None:
        """Make calls, each after the one before has been seen."""
        for number in range(count):
            loop.call_soon(partial(call, number))
            while len(calls) <= number:
                time.sleep(0)

    thread = threading.Thread(target=feed)
    thread.start()
    _run(loop)
    thread.join()
    assert calls == list(range(count))


def test_timers_fire_in_order_and_not_early(loop: EventLoop) -> None:
    """A cancelled one does not fire."""
    fired: List[str] = []
    start = time.perf_counter()
    times: List[float] = []

    def note(name: str) -> None:
        """Note that a timer fired."""
        fired.append(name)
        times.append(time.perf_counter() - start)

    loop.call_later(0.05, lambda: note("second"))
    loop.call_later(0.02, lambda: note("first"))
    loop.call_later(0.03, lambda: note("never")).cancel()
    loop.call_later(0.06, loop.stop)
    _run(loop)
    assert fired == ["first", "second"]
    assert times[0] >= 0.02
    assert times[1] >= 0.05


def test_descriptor_closed_by_an_earlier_handler_is_not_called(
    loop: EventLoop,
) -> None:
    """Two descriptors are ready in one round; the first handler removes the other."""
    pipes = [os.pipe(), os.pipe()]
    called: List[int] = []

    def handler(own: int, other: int, events: int) -> None:
        """Note the call and forget the other descriptor."""
        called.append(own)
        loop.unregister(pipes[own][0])
        loop.unregister(pipes[other][0])
        loop.stop()

    for index, (reader, writer) in enumerate(pipes):
        os.write(writer, b"x")
        loop.register(reader, READ, partial(handler, index, 1 - index))
    _run(loop)
    assert len(called) == 1
    for descriptor in (*pipes[0], *pipes[1]):
        os.close(descriptor)


def test_idle_loop_takes_no_processor_time(loop: EventLoop) -> None:
    """A loop without events blocks in the kernel."""
    loop.call_later(0.5, loop.stop)
    before = time.thread_time()
    loop.run(lambda: False, lambda: True)
    assert time.thread_time() - before < 0.02
