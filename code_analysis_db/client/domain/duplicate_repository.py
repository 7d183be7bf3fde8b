"""The pieces of code that occur more than once."""

from __future__ import annotations

from typing import List

from ..objects import CodeDuplicate, DuplicateGroup
from ..repository import Repository
from ..repository_steps import Key
from .duplicate_steps import DuplicateSteps


class DuplicateRepository(Repository[CodeDuplicate]):
    """All stored duplicates."""

    steps: DuplicateSteps

    def similar(self, project_id: Key, minimum: float = 0.0) -> List[DuplicateGroup]:
        """Return a project's duplicates with their occurrences, most alike first.

        Args:
            minimum: how much alike the places are at least, from 0 to 1.
        """
        return self._run(self.steps.similar(project_id, minimum))
