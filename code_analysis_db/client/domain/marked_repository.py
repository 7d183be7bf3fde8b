"""The repository of objects that are set aside before they are deleted."""

from __future__ import annotations

from typing import TypeVar, Union

from ..repository import Repository
from ..repository_steps import Key
from .marked_steps import MarkedSteps

T = TypeVar("T")


class MarkedRepository(Repository[T]):
    """All stored objects of a class with the attribute ``deleted``."""

    steps: MarkedSteps[T]

    def mark_deleted(self, *targets: Union[T, Key]) -> int:
        """Set objects aside, given themselves or by their keys.

        They stay as they are, to be restored or purged; searches and figures leave
        them out.

        Returns:
            how many were marked, without those that were marked already or are gone.
        """
        return self._run(self.steps.mark_deleted(*targets))

    def restore(self, *targets: Union[T, Key]) -> int:
        """Take objects back that were marked deleted, and return how many those
        were."""
        return self._run(self.steps.restore(*targets))
