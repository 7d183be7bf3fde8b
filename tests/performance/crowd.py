"""Client processes that work at the same time and measure every call.

A crowd is started once and then measured in several rounds, in turns with other
crowds; between its rounds it waits on a pipe.
"""

from __future__ import annotations

import multiprocessing
import time
from array import array
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Callable, List, Optional, Tuple, Type

from .peers.base import Connector
from .sample import Sample, Work

#: makes one call; its argument counts the calls of the client
Step = Callable[[int], object]
#: makes a client's step from its session and its number; module-level, for pickling
StepMaker = Callable[[Any, int], Step]

#: from the command to the common start, so that all clients are awake by then
LEAD = 0.05
WARM_UP_SECONDS = 0.2


def _client(
    commands: Connection,
    connect: Connector,
    make_step: StepMaker,
    number: int,
    pause: float,
) -> None:
    """Be a client: connect, say so, then work whenever a span comes."""
    session = connect()
    step = make_step(session, number)
    now = time.perf_counter_ns()
    warm_up = _work(step, 0, now, now + int(WARM_UP_SECONDS * 1e9), pause)
    calls = len(warm_up.durations)
    commands.send("ready")
    while (span := commands.recv()) is not None:
        start, end = span
        work = _work(step, calls, start, end, pause)
        calls += len(work.durations)
        commands.send(work)
    session.close()


def _work(step: Step, calls: int, start: int, end: int, pause: float) -> Work:
    """Make calls from ``start`` to ``end``, moments in ns of ``time.perf_counter_ns``.

    However busy the machine is, one call is made, and the last one is finished.
    """
    durations: array[int] = array("q")
    clock = time.perf_counter_ns
    time.sleep(max(0, start - clock()) / 1e9)
    before = after = clock()
    while before < end or not durations:
        calls += 1
        step(calls)
        after = clock()
        durations.append(after - before)
        before = after
        if pause:
            time.sleep(pause)
            before = clock()
    return Work(durations, max(after, end) - start)


class Crowd:
    """Some client processes of one peer."""

    def __init__(
        self, connect: Connector, make_step: StepMaker, size: int, pause: float = 0.0
    ) -> None:
        """Start clients and wait until each has made its first calls.

        Args:
            size: how many clients.
            pause: seconds that each rests between two calls.
        """
        context = multiprocessing.get_context("spawn")
        self._members: List[Tuple[SpawnProcess, Connection]] = []
        for number in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_client,
                args=(theirs, connect, make_step, number, pause),
                daemon=True,
            )
            process.start()
            theirs.close()
            self._members.append((process, ours))
        for _, pipe in self._members:
            pipe.recv()

    def __enter__(self) -> Crowd:
        """Return the crowd; it is at work already."""
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Let the clients end; after an error, end them."""
        for process, pipe in self._members:
            if error is None:
                pipe.send(None)
            else:
                process.terminate()
            process.join()
            pipe.close()

    @property
    def pids(self) -> List[int]:
        """The clients' processes."""
        return [process.pid for process, _ in self._members if process.pid is not None]

    def begin(self, seconds: float) -> None:
        """Let all clients work for a span; :meth:`end` waits for it."""
        start = time.perf_counter_ns() + int(LEAD * 1e9)
        for _, pipe in self._members:
            pipe.send((start, start + int(seconds * 1e9)))

    def end(self) -> Sample:
        """Wait for the end of the span and return what was measured in it."""
        return Sample.of_clients([pipe.recv() for _, pipe in self._members])

    def measure(self, seconds: float) -> Sample:
        """Let all clients work for a span and return what was measured in it."""
        self.begin(seconds)
        return self.end()
