"""What the peers of the indexing scenario are: where the analyses of files go.

Each stores the same rows in the same tables: what an analysis found replaces what was
known of its file.  The files of one job go in one transaction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Callable, ClassVar, Counter, Dict, Optional, Sequence, Type, TypeVar

from code_analysis_db.objects import FileAnalysis, Project

_I = TypeVar("_I", bound="Indexer")

#: the parts of a file's analysis, each named as its table, what is referred to first
PARTS = (
    *("classes", "methods", "functions", "imports", "usages", "issues"),
    "code_content",
)
#: all tables that are filled, what is referred to first
TABLES = ("files", *PARTS, "indexing_errors")
#: stores the analyses of some files
Save = Callable[[Sequence[FileAnalysis]], object]
#: makes a worker's :data:`Save`; pickled to its process
Opener = Callable[[], Save]


def counted(analysis: FileAnalysis) -> Counter[str]:
    """Return how many rows an analysis has for each table."""
    counts = Counter({part: len(getattr(analysis, part)) for part in PARTS})
    counts["files"] = 1
    counts["indexing_errors"] = int(analysis.error is not None)
    return counts


class Indexer(ABC):
    """A place for analyses, made and removed as a context manager.

    Attributes:
        name: how the tables call it.
        workers: how many processes parse and save.
        path: the database's file.
    """

    name: ClassVar[str]
    workers: ClassVar[int] = 2

    def __init__(self, directory: Path, project: Project) -> None:
        """Plan to keep a project's files in ``directory``."""
        self.path = str(directory / "index.db")
        self.project = project

    def __enter__(self: _I) -> _I:
        """Make the tables, with the project in them."""
        self.start()
        return self

    def __exit__(
        self,
        error_type: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """End what was started."""
        self.stop()

    @abstractmethod
    def start(self) -> None:
        """Make the tables, with the project in them."""

    def stop(self) -> None:
        """End what was started."""

    @property
    @abstractmethod
    def opener(self) -> Opener:
        """What a worker calls to open its way to the database."""

    @abstractmethod
    def counts(self) -> Dict[str, int]:
        """Return how many rows each table has."""
