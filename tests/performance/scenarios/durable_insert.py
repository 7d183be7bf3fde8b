"""Durable single-row inserts from many processes, beside processes that write for
themselves."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from ..operation import insert_step
from ..peers.direct import DirectPeer
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from .base import Scenario
from .throughput import measure_crowds

PEERS = (ProductPeer, DirectPeer)


class DurableInsert(Scenario):
    """Eight and sixteen clients write one row after the other, each on disk."""

    name: ClassVar[str] = "durable-insert"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure throughput and the slowest call with both numbers of clients."""
        outcome = Outcome([], [])
        for size, least in ((plan.few_clients, 2.5), (plan.many_clients, 4.0)):
            samples = measure_crowds(
                PEERS,
                insert_step,
                size,
                plan.write_seconds,
                plan.rounds,
                directory / str(size),
            )
            figure = f"durable inserts, {size} clients"
            ours, theirs = samples[ProductPeer.name], samples[DirectPeer.name]
            outcome.readings.extend(
                Reading(figure, name, sample.rate, "rows/s")
                for name, sample in samples.items()
            )
            outcome.readings.extend(
                Reading(f"{figure}, slowest call", name, sample.slowest * 1e3, "ms")
                for name, sample in samples.items()
            )
            outcome.goals.extend(
                [
                    Goal(
                        f"{figure}: throughput to sqlite3's in each process",
                        Bound.AT_LEAST,
                        least,
                        ours.rate / theirs.rate,
                    ),
                    Goal(
                        f"{figure}: their slowest call to ours",
                        Bound.AT_LEAST,
                        20.0,
                        theirs.slowest / ours.slowest,
                    ),
                ]
            )
        return outcome
