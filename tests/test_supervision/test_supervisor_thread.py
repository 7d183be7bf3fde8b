"""The supervisor's thread."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import Iterator, List

import pytest

from code_analysis_db.supervision.supervisor_thread import SupervisorThread


@pytest.fixture
def failures() -> List[Exception]:
    """What callbacks raised."""
    return []


@pytest.fixture
def loop(failures: List[Exception]) -> Iterator[SupervisorThread]:
    """A running loop."""
    loop = SupervisorThread("test-loop", failures.append)
    yield loop
    loop.close()


def test_calls_run_on_the_loops_thread_in_order(loop: SupervisorThread) -> None:
    """Posted from anywhere."""
    seen: List[int] = []
    for number in range(100):
        loop.post(partial(seen.append, number))
    assert loop.run(threading.current_thread).name == "test-loop"
    assert seen == list(range(100))


def test_run_raises_what_the_callback_raised(loop: SupervisorThread) -> None:
    """In the caller."""
    with pytest.raises(ZeroDivisionError):
        loop.run(lambda: 1 // 0)


def test_a_failing_callback_is_reported_and_the_loop_goes_on(
    loop: SupervisorThread, failures: List[Exception]
) -> None:
    """One defect does not end the supervision of the rest."""
    loop.post(lambda: [][0])
    assert loop.run(lambda: "on") == "on"
    assert [type(failure) for failure in failures] == [IndexError]


def test_timers_run_when_they_are_due(loop: SupervisorThread) -> None:
    """The earlier one first, a cancelled one never."""
    seen: List[str] = []
    done = threading.Event()

    def set_timers() -> None:
        """Set three timers."""
        loop.call_later(0.04, done.set)
        loop.call_later(0.02, lambda: seen.append("late"))
        loop.call_later(0.01, lambda: seen.append("early"))
        loop.call_later(0.0, lambda: seen.append("cancelled")).cancel()

    loop.run(set_timers)
    assert done.wait(10)
    assert seen == ["early", "late"]


def test_a_descriptor_closed_in_the_same_round_is_not_called(
    loop: SupervisorThread,
) -> None:
    """Two are ready at once; the first callback drops the second."""
    readers, seen = [], []
    for _ in range(2):
        reader, writer = os.pipe()
        os.close(writer)
        readers.append(reader)

    def take(own: int, other: int) -> None:
        """Note the call and stop watching both."""
        seen.append(own)
        loop.unwatch(own)
        loop.unwatch(other)

    def watch() -> None:
        """Watch both ends at once."""
        first, second = readers
        loop.watch(first, lambda: take(first, second))
        loop.watch(second, lambda: take(second, first))

    loop.run(watch)
    loop.run(lambda: None)
    assert len(seen) == 1
    for reader in readers:
        os.close(reader)


def test_a_closed_loop_takes_nothing(failures: List[Exception]) -> None:
    """It says so instead of hanging; closing twice is fine."""
    loop = SupervisorThread("test-loop", failures.append)
    loop.close()
    loop.close()
    assert not loop.post(lambda: None)
    with pytest.raises(RuntimeError, match="closed"):
        loop.run(lambda: None)


def test_waiting_takes_no_cpu_time(loop: SupervisorThread) -> None:
    """There is no polling."""
    before = time.process_time()
    threading.Event().wait(0.5)
    assert time.process_time() - before < 0.05
