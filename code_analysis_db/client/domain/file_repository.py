"""The files, and what is found, counted and saved of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Iterable, List, Mapping, Optional, Union

from ..objects import (
    CodeStatistics,
    File,
    FileAnalysis,
    FileChanges,
    FileState,
    FileStructure,
)
from ..repository_steps import Key
from .file_steps import FileSteps
from .marked_repository import MarkedRepository


class FileRepository(MarkedRepository[File]):
    """All stored files."""

    steps: FileSteps

    def get_by_path(self, project_id: Key, path: str) -> Optional[File]:
        """Return a project's file, marked deleted or not; None where there is none."""
        return self._run(self.steps.get_by_path(project_id, path))

    def save_analysis(self, analysis: FileAnalysis) -> File:
        """Store a file and all that belongs to it in place of what was known of it.

        One message, atomic and idempotent.  What was stored under the file's project
        and path goes, whatever its id was, and so do the file's last indexing error,
        the occurrences of duplicates in it, and cross references of other files to its
        former definitions; parts that the analysis lacks are empty afterwards.

        Raises:
            ProjectGoneError: the project does not exist (any more).
            ForeignKeyViolationError: a definition that a cross reference calls is gone;
                its file was analysed again.  In either case nothing was stored.
            InvalidValueError: a part belongs to another file.
            OutcomeUnknownError: the reply was lost; call it again.
        """
        return self._run(self.steps.save_analysis(analysis))

    def save_analyses(self, analyses: Iterable[FileAnalysis]) -> List[File]:
        """Store several files with all that belongs to them: all of them, or none.

        As :meth:`save_analysis`, in one message and one commit for all, which costs
        the database less than one for each.  As many as are some megabytes together
        are enough; others wait as long as that takes.
        """
        return self._run(self.steps.save_analyses(analyses))

    # --- what is to be done ----------------------------------------------------------

    def needing_analysis(
        self, project_id: Key, states: Mapping[str, FileState]
    ) -> FileChanges:
        """Compare a project's files with what is stored of them.

        A file has changed where its digest is another one; where ``states`` has no
        digest, where its time of modification is another one or not given.

        Args:
            states: all files that the project has now, by path: the time of
                modification in seconds of Unix time, and the digest of the content.
        """
        return self._run(self.steps.needing_analysis(project_id, states))

    def pending(self, project_id: Key, *, limit: int = 10) -> List[File]:
        """Return some of a project's files that were not analysed yet: that have no
        ``content_hash``.

        Those that were updated longest ago come first, so that a file whose analysis
        fails goes to the end of the queue when that is saved.
        """
        return self._run(self.steps.pending(project_id, limit=limit))

    def purge(
        self,
        project_id: Optional[Key] = None,
        *,
        older_than: timedelta = timedelta(),
    ) -> int:
        """Delete the files that are marked deleted, with all that belongs to them.

        A hundred at a time, each hundred for itself: others get their turn between
        them, and after a failure the next purge goes on.

        Args:
            project_id: the project whose files they are; None for all projects.
            older_than: how long ago they were marked, or updated after that, at least.

        Returns:
            how many files were deleted.
        """
        return self._run(self.steps.purge(project_id, older_than=older_than))

    # --- what is in a file -----------------------------------------------------------

    def structure(self, target: Union[File, Key]) -> Optional[FileStructure]:
        """Return what a file, given itself or by its key, defines and imports; None
        where it is gone."""
        return self._run(self.steps.structure(target))

    def statistics(self, target: Union[File, Key]) -> Optional[CodeStatistics]:
        """Return the figures of a file, given itself or by its key; None where it is
        gone."""
        return self._run(self.steps.statistics(target))
