"""Point selects by key from several clients at once."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from ..operation import select_step
from ..peers.base_manager import ManagerPeer
from ..peers.connection_echo import ConnectionEcho
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from .base import Scenario
from .throughput import measure_crowds

PEERS = (ConnectionEcho, ProductPeer, ManagerPeer)


class CrowdSelect(Scenario):
    """Eight clients read row after row."""

    name: ClassVar[str] = "crowd-select"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure the echo, the product and the manager."""
        size = plan.few_clients
        samples = measure_crowds(
            PEERS, select_step, size, plan.seconds, plan.rounds, directory / "select"
        )
        figure = f"point selects, {size} clients"
        ours = samples[ProductPeer.name].rate
        return Outcome(
            [
                Reading(figure, name, sample.rate, "calls/s")
                for name, sample in samples.items()
            ],
            [
                Goal(
                    f"{figure}: throughput to BaseManager's",
                    Bound.AT_LEAST,
                    1.8,
                    ours / samples[ManagerPeer.name].rate,
                )
            ],
        )
