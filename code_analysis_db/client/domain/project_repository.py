"""The projects, and their figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Optional, Union

from ..objects import Project, ProjectStatistics
from ..repository_steps import Key
from .marked_repository import MarkedRepository
from .project_steps import ProjectSteps


class ProjectRepository(MarkedRepository[Project]):
    """All stored projects."""

    steps: ProjectSteps

    def get_by_path(self, root_path: str) -> Optional[Project]:
        """Return the project in a folder, marked deleted or not; None where there is
        none."""
        return self._run(self.steps.get_by_path(root_path))

    def purge(self, *, older_than: timedelta = timedelta()) -> int:
        """Delete the projects that are marked deleted, with all that belongs to them.

        The files go a hundred at a time (see :meth:`.FileRepository.purge`), then the
        project.  One that is restored meanwhile keeps what is left of it.

        Args:
            older_than: how long ago they were marked, or updated after that, at least.

        Returns:
            how many projects were deleted.
        """
        return self._run(self.steps.purge(older_than=older_than))

    def statistics(self, target: Union[Project, Key]) -> Optional[ProjectStatistics]:
        """Return the figures of a project, given itself or by its key, all of one
        moment; None where it is gone."""
        return self._run(self.steps.statistics(target))
