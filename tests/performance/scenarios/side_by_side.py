"""Many requests at a time on one connection of the client for asyncio, against the
blocking client, which has one at a time.

It is measured beside that what another task waits for a ping meanwhile, and what the
requests under way take of memory.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Callable, ClassVar, Dict, List

import attrs

from code_analysis_db import AsyncDatabaseClient, DatabaseClient, Endpoint

from ..operation import POINT_KEYS
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_fresh_process, in_turns
from ..workload import TABLE_NAME, make_row
from .base import Scenario

AT_ONCE = 1000
BLOCKING = "blocking client"
AWAITED = "asyncio client"


@attrs.frozen
class Pace:
    """What one measurement found.

    Attributes:
        selects, inserts: done in a second.
        ping: median of the seconds that a ping took beside the selects.
        memory: the most bytes that the client's process has had.
    """

    selects: float
    inserts: float
    ping: float
    memory: float


class SideBySide(Scenario):
    """A thousand point selects, and as many inserts, at a time."""

    name: ClassVar[str] = "side-by-side"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure both clients, each in a process of its own, in turns."""
        with ProductPeer(directory, POINT_KEYS) as peer:
            endpoint = str(peer.endpoint)
            measures: Dict[str, Callable[[], Pace]] = {
                name: partial(in_fresh_process, measure, endpoint, plan.seconds)
                for name, measure in ((BLOCKING, _blocking), (AWAITED, _awaited))
            }
            found = in_turns(measures, plan.rounds)
        readings = [
            Reading(f"point selects, {AT_ONCE} tasks: {figure}", name, value, unit)
            for name, paces in found.items()
            for figure, unit, value in _figures(paces)
        ]
        selects, inserts = (
            median(_values(found[AWAITED], what))
            / median(_values(found[BLOCKING], what))
            for what in ("selects", "inserts")
        )
        title = f"one connection, {AT_ONCE} at a time, to one at a time"
        return Outcome(
            readings,
            [
                Goal(f"{title}: point selects", Bound.AT_LEAST, 1.0, selects),
                Goal(f"{title}: durable inserts", Bound.AT_LEAST, 3.0, inserts),
            ],
        )


def _values(paces: List[Pace], what: str) -> List[float]:
    """Return one figure of each measurement."""
    return [getattr(pace, what) for pace in paces]


def _figures(paces: List[Pace]) -> "List[tuple[str, str, float]]":
    """Return the name, the unit and the median of each figure."""
    return [
        ("selects", "1/s", median(_values(paces, "selects"))),
        ("durable inserts", "1/s", median(_values(paces, "inserts"))),
        ("a ping beside", "µs", median(_values(paces, "ping")) * 1e6),
        ("memory", "KiB", median(_values(paces, "memory")) / 1024),
    ]


def _blocking(endpoint: str, seconds: float) -> Pace:
    """Measure the blocking client, one call after the other."""
    with DatabaseClient.connect(Endpoint.parse(endpoint)) as client:
        rpc = client.rpc
        pings: List[float] = []
        done, give_up = 0, time.perf_counter() + seconds
        started = time.perf_counter()
        while (now := time.perf_counter()) < give_up:
            if done % AT_ONCE == 0:
                rpc.ping()
                pings.append(time.perf_counter() - now)
            rpc.select(TABLE_NAME, where={"id": done % POINT_KEYS + 1})
            done += 1
        selects = done / (time.perf_counter() - started)
        done, started = 0, time.perf_counter()
        while time.perf_counter() < started + seconds:
            rpc.insert(TABLE_NAME, make_row(done))
            done += 1
        inserts = done / (time.perf_counter() - started)
    return Pace(selects, inserts, median(pings), _memory())


def _awaited(endpoint: str, seconds: float) -> Pace:
    """Measure the client for asyncio, a thousand calls at a time."""
    return asyncio.run(_at_once(endpoint, seconds))


async def _at_once(endpoint: str, seconds: float) -> Pace:
    """Measure in an event loop."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        rpc = client.rpc
        pings: List[float] = []

        async def ping() -> None:
            """Ping while the others are under way."""
            await asyncio.sleep(0)
            started = time.perf_counter()
            await rpc.ping()
            pings.append(time.perf_counter() - started)

        done, started = 0, time.perf_counter()
        while time.perf_counter() < started + seconds:
            selects = (
                rpc.select(TABLE_NAME, where={"id": (done + number) % POINT_KEYS + 1})
                for number in range(AT_ONCE)
            )
            await asyncio.gather(ping(), *selects)
            done += AT_ONCE
        select_pace = done / (time.perf_counter() - started)
        done, started = 0, time.perf_counter()
        while time.perf_counter() < started + seconds:
            await asyncio.gather(
                *(rpc.insert(TABLE_NAME, make_row(number)) for number in range(AT_ONCE))
            )
            done += AT_ONCE
        inserts = done / (time.perf_counter() - started)
    return Pace(select_pace, inserts, median(pings), _memory())


def _memory() -> float:
    """Return the most bytes that the process has had, without its parent's before it
    came to be, which ``getrusage`` counts."""
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return float(line.split()[1]) * 1024
