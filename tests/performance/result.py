"""What a run finds: readings of each peer, and how the product stands to its goals."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Dict, List

import attrs
import cattrs


class Bound(str, Enum):
    """On which side of its target a goal is met."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@attrs.frozen(slots=True)
class Reading:
    """One figure of one peer.

    Attributes:
        figure: what was measured, such as ``"point select, one core, p50"``.
        peer: the peer's name.
        value, unit: the median over the rounds.
    """

    figure: str
    peer: str
    value: float
    unit: str


@attrs.frozen(slots=True)
class Goal:
    """What the product is to reach, and what it reached.

    Attributes:
        text: the figure, and what it is compared with.
        bound, target: where it is met.
        measured: what this run gave.
        unit: ``"x"`` for a ratio.
    """

    text: str
    bound: Bound
    target: float
    measured: float
    unit: str = "x"

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its target."""
        if self.bound is Bound.AT_LEAST:
            return self.measured >= self.target
        return self.measured <= self.target


@attrs.frozen(slots=True)
class Outcome:
    """What one scenario found."""

    readings: List[Reading]
    goals: List[Goal]


@attrs.frozen(slots=True)
class Report:
    """A whole run.

    Attributes:
        machine: facts about where it ran, in the order to show them.
        plan: the name of its :class:`~tests.performance.plan.Plan`.
        outcomes: by scenario.
    """

    machine: Dict[str, str]
    plan: str
    outcomes: Dict[str, Outcome]

    @property
    def goals(self) -> List[Goal]:
        """All goals, in the scenarios' order."""
        return [goal for outcome in self.outcomes.values() for goal in outcome.goals]

    @property
    def readings(self) -> List[Reading]:
        """All readings, in the scenarios' order."""
        return [item for outcome in self.outcomes.values() for item in outcome.readings]

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(cattrs.unstructure(self), indent=1) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read a report that :meth:`save` wrote."""
        return cattrs.structure(json.loads(path.read_text("utf-8")), cls)
