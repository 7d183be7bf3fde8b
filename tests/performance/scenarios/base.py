"""What a scenario is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from ..plan import Plan
from ..result import Outcome


class Scenario(ABC):
    """One comparison.

    Attributes:
        name: how the command line calls it.
    """

    name: ClassVar[str]

    @abstractmethod
    def run(self, plan: Plan, directory: Path) -> Outcome:
        """Measure, with files in ``directory``, which is empty and its own."""
