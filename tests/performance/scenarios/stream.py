"""A million rows streamed: how fast, and how much memory it takes on both ends."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import ClassVar, List, Optional

import attrs

from ..machine import forget_peak, peak_megabytes, resident_megabytes
from ..peers.base import BulkSession, Connector
from ..peers.base_manager import ManagerPeer
from ..peers.direct import DirectPeer
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_fresh_process, in_turns
from .base import Scenario

PEERS = (DirectPeer, ProductPeer, ManagerPeer)


@attrs.frozen(slots=True)
class Streamed:
    """One streamed read.

    Attributes:
        seconds: how long it took.
        client_growth, server_growth: megabytes that each process held at its peak
            beyond what it held before; 0 where there is no server.
    """

    seconds: float
    client_growth: float
    server_growth: float


def stream(connect: Connector, server_pid: Optional[int], row_count: int) -> Streamed:
    """Read all rows one after the other and forget them."""
    session = connect()
    assert isinstance(session, BulkSession)
    pids = [os.getpid()] + ([] if server_pid is None else [server_pid])
    for pid in pids:
        forget_peak(pid)
    resident = [resident_megabytes(pid) for pid in pids]
    before = time.perf_counter()
    count = sum(1 for _ in session.select_iter())
    seconds = time.perf_counter() - before
    growth = [peak_megabytes(pid) - held for pid, held in zip(pids, resident)]
    assert count == row_count, f"{count} rows instead of {row_count}"
    session.close()
    return Streamed(seconds, growth[0], growth[1] if len(growth) > 1 else 0.0)


class Stream(Scenario):
    """select_iter over a million rows."""

    name: ClassVar[str] = "stream"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure speed and memory."""
        count = plan.stream_rows
        with ExitStack() as stack:
            peers = [stack.enter_context(peer(directory, count)) for peer in PEERS]
            found = in_turns(
                {
                    peer.name: partial(
                        in_fresh_process, stream, peer.connector, peer.server_pid, count
                    )
                    for peer in peers
                },
                plan.rounds,
            )
        figure = f"select_iter over {count:,} rows"
        rates = {
            name: count / median(reading.seconds for reading in readings)
            for name, readings in found.items()
        }
        return Outcome(
            [Reading(figure, name, rate, "rows/s") for name, rate in rates.items()],
            [
                Goal(
                    f"{figure}: speed to in-process sqlite3's",
                    Bound.AT_LEAST,
                    0.7,
                    rates[ProductPeer.name] / rates[DirectPeer.name],
                ),
                *_growth_goals(figure, found[ProductPeer.name]),
            ],
        )


def _growth_goals(figure: str, readings: List[Streamed]) -> List[Goal]:
    """Judge the most memory that any round took."""
    return [
        Goal(f"{figure}: memory added to the {end}", Bound.AT_MOST, 30.0, most, "MB")
        for end, most in (
            ("client", max(reading.client_growth for reading in readings)),
            ("driver process", max(reading.server_growth for reading in readings)),
        )
    ]
