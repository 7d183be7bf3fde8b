"""The files, and what is found, counted and saved of each, in an event loop."""

from __future__ import annotations

from datetime import timedelta
from typing import Iterable, List, Mapping, Optional, Union

from ...domain.file_steps import FileSteps
from ...objects import (
    CodeStatistics,
    File,
    FileAnalysis,
    FileChanges,
    FileState,
    FileStructure,
)
from ...repository_steps import Key
from .marked_repository import AsyncMarkedRepository


class AsyncFileRepository(AsyncMarkedRepository[File]):
    """All stored files."""

    steps: FileSteps

    async def get_by_path(self, project_id: Key, path: str) -> Optional[File]:
        """Return a project's file, marked deleted or not; None where there is none."""
        return await self._run(self.steps.get_by_path(project_id, path))

    async def save_analysis(self, analysis: FileAnalysis) -> File:
        """Store a file and all that belongs to it in place of what was known of it. See
        :meth:`.FileRepository.save_analysis`."""
        return await self._run(self.steps.save_analysis(analysis))

    async def save_analyses(self, analyses: Iterable[FileAnalysis]) -> List[File]:
        """Store several files with all that belongs to them: all of them, or none.

        As :meth:`save_analysis`, in one message and one commit for all, which costs
        the database less than one for each.  As many as are some megabytes together
        are enough; others wait as long as that takes.
        """
        return await self._run(self.steps.save_analyses(analyses))

    async def needing_analysis(
        self, project_id: Key, states: Mapping[str, FileState]
    ) -> FileChanges:
        """Compare a project's files with what is stored of them. See
        :meth:`.FileRepository.needing_analysis`."""
        return await self._run(self.steps.needing_analysis(project_id, states))

    async def pending(self, project_id: Key, *, limit: int = 10) -> List[File]:
        """Return some of a project's files that were not analysed yet: that have no
        ``content_hash``. See :meth:`.FileRepository.pending`."""
        return await self._run(self.steps.pending(project_id, limit=limit))

    async def purge(
        self,
        project_id: Optional[Key] = None,
        *,
        older_than: timedelta = timedelta(),
    ) -> int:
        """Delete the files that are marked deleted, with all that belongs to them. See
        :meth:`.FileRepository.purge`."""
        return await self._run(self.steps.purge(project_id, older_than=older_than))

    async def structure(self, target: Union[File, Key]) -> Optional[FileStructure]:
        """Return what a file, given itself or by its key, defines and imports; None
        where it is gone."""
        return await self._run(self.steps.structure(target))

    async def statistics(self, target: Union[File, Key]) -> Optional[CodeStatistics]:
        """Return the figures of a file, given itself or by its key; None where it is
        gone."""
        return await self._run(self.steps.statistics(target))
