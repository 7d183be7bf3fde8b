"""Ninety per cent point selects and ten per cent durable inserts from many clients."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from ..operation import mixed_step
from ..peers.base_manager import ManagerPeer
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from .base import Scenario
from .throughput import measure_crowds

PEERS = (ProductPeer, ManagerPeer)


class Mixed(Scenario):
    """Eight and sixteen clients read, and write in every tenth call."""

    name: ClassVar[str] = "mixed"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure throughput with both numbers of clients."""
        outcome = Outcome([], [])
        for size in (plan.few_clients, plan.many_clients):
            samples = measure_crowds(
                PEERS,
                mixed_step,
                size,
                plan.seconds,
                plan.rounds,
                directory / str(size),
            )
            figure = f"90 % selects and 10 % durable inserts, {size} clients"
            outcome.readings.extend(
                Reading(figure, name, sample.rate, "calls/s")
                for name, sample in samples.items()
            )
            outcome.goals.append(
                Goal(
                    f"{figure}: throughput to BaseManager's",
                    Bound.AT_LEAST,
                    2.0,
                    samples[ProductPeer.name].rate / samples[ManagerPeer.name].rate,
                )
            )
        return outcome
