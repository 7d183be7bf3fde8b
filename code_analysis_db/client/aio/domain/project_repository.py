"""The projects, and their figures, in an event loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Optional, Union

from ...domain.project_steps import ProjectSteps
from ...objects import Project, ProjectStatistics
from ...repository_steps import Key
from .marked_repository import AsyncMarkedRepository


class AsyncProjectRepository(AsyncMarkedRepository[Project]):
    """All stored projects."""

    steps: ProjectSteps

    async def get_by_path(self, root_path: str) -> Optional[Project]:
        """Return the project in a folder, marked deleted or not; None where there is
        none."""
        return await self._run(self.steps.get_by_path(root_path))

    async def purge(self, *, older_than: timedelta = timedelta()) -> int:
        """Delete the projects that are marked deleted, with all that belongs to them.
        See :meth:`.ProjectRepository.purge`."""
        return await self._run(self.steps.purge(older_than=older_than))

    async def statistics(
        self, target: Union[Project, Key]
    ) -> Optional[ProjectStatistics]:
        """Return the figures of a project, given itself or by its key, all of one
        moment; None where it is gone."""
        return await self._run(self.steps.statistics(target))
