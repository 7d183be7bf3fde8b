"""Bulk writes and reads beside ``sqlite3`` in the caller's own process."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Callable, ClassVar, Dict, Sequence

from ..peers.base import BulkSession, Connector, PeerMaker
from ..peers.base_manager import ManagerPeer
from ..peers.direct import DirectPeer
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..turns import in_fresh_process, in_turns
from ..workload import make_rows
from .base import Scenario

PEERS = (DirectPeer, ProductPeer, ManagerPeer)

#: measures one transfer in the client's process: seconds for so many rows
Transfer = Callable[[Connector, int], float]


def insert_many(connect: Connector, row_count: int) -> float:
    """Return the seconds that a write of rows, given as dicts, takes."""
    session = connect()
    assert isinstance(session, BulkSession)
    rows = make_rows(row_count)
    session.clear()
    before = time.perf_counter()
    session.insert_many(rows)
    seconds = time.perf_counter() - before
    session.close()
    return seconds


def select_all(connect: Connector, row_count: int) -> float:
    """Return the seconds that a read of all rows into dicts takes."""
    session = connect()
    assert isinstance(session, BulkSession)
    before = time.perf_counter()
    rows = session.select_all()
    seconds = time.perf_counter() - before
    assert len(rows) == row_count, f"{len(rows)} rows instead of {row_count}"
    session.close()
    return seconds


def measure_transfers(
    peers: Sequence[PeerMaker],
    transfer: Transfer,
    row_count: int,
    rounds: int,
    directory: Path,
) -> Dict[str, float]:
    """Return each peer's rows a second, the median over the rounds."""
    directory.mkdir()
    with ExitStack() as stack:
        started = [stack.enter_context(make(directory, row_count)) for make in peers]
        found = in_turns(
            {
                peer.name: partial(
                    in_fresh_process, transfer, peer.connector, row_count
                )
                for peer in started
            },
            rounds,
        )
    return {name: row_count / median(seconds) for name, seconds in found.items()}


class Bulk(Scenario):
    """100,000 rows, written from dicts and read to dicts."""

    name: ClassVar[str] = "bulk"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure both directions."""
        outcome = Outcome([], [])
        transfers: Dict[str, tuple[Transfer, float]] = {
            "insert_many": (insert_many, 0.75),
            "select": (select_all, 0.8),
        }
        for label, (transfer, least) in transfers.items():
            rates = measure_transfers(
                PEERS, transfer, plan.bulk_rows, plan.rounds, directory / label
            )
            figure = f"{label} of {plan.bulk_rows:,} rows"
            outcome.readings.extend(
                Reading(figure, name, rate, "rows/s") for name, rate in rates.items()
            )
            outcome.goals.append(
                Goal(
                    f"{figure} as dicts: speed to in-process sqlite3's",
                    Bound.AT_LEAST,
                    least,
                    rates[ProductPeer.name] / rates[DirectPeer.name],
                )
            )
        return outcome
