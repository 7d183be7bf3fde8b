"""A ping and a point select beside a bulk load and full scans of others.

The callers that are measured rest between two calls, as a health check or a page's
request does; the others never rest.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, Dict

from ..crowd import Crowd, StepMaker
from ..operation import load_step, ping_step, scan_step, select_step
from ..peers.product import ProductPeer
from ..plan import Plan
from ..result import Bound, Goal, Outcome, Reading
from ..sample import Sample
from .base import Scenario

PAUSE = 0.002
LIMIT_MS = 10.0

#: who keeps the driver busy
NEIGHBOURS: Dict[str, StepMaker] = {"bulk load": load_step, "full scan": scan_step}
#: who is measured
CALLERS: Dict[str, StepMaker] = {"ping": ping_step, "point select": select_step}


class Responsiveness(Scenario):
    """Short requests among long ones."""

    name: ClassVar[str] = "responsiveness"

    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure the product's short requests while others load and scan."""
        outcome = Outcome([], [])
        with ExitStack() as stack:
            peer = stack.enter_context(ProductPeer(directory, plan.bulk_rows))
            neighbours = [
                stack.enter_context(Crowd(peer.connector, step, 1))
                for step in NEIGHBOURS.values()
            ]
            callers = {
                label: stack.enter_context(Crowd(peer.connector, step, 1, PAUSE))
                for label, step in CALLERS.items()
            }
            for label, caller in callers.items():
                rounds = []
                for _ in range(plan.rounds):
                    for neighbour in neighbours:
                        neighbour.begin(plan.seconds)
                    rounds.append(caller.measure(plan.seconds))
                    for neighbour in neighbours:
                        neighbour.end()
                sample = Sample.median_of(rounds)
                figure = f"{label} beside {' and '.join(NEIGHBOURS)}"
                outcome.readings.extend(
                    Reading(f"{figure}, {part}", peer.name, seconds * 1e3, "ms")
                    for part, seconds in (("p50", sample.p50), ("p99", sample.p99))
                )
                outcome.goals.append(
                    Goal(
                        f"{figure}: p99",
                        Bound.AT_MOST,
                        LIMIT_MS,
                        sample.p99 * 1e3,
                        "ms",
                    )
                )
        return outcome
