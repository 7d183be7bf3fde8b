"""Parsing without a database: what indexing costs at least."""

from __future__ import annotations

from typing import ClassVar, Dict, Sequence

from code_analysis_db.objects import FileAnalysis

from .indexer import Indexer, Opener, Save


def forget(analyses: Sequence[FileAnalysis]) -> None:
    """Store nothing."""


def open_nothing() -> Save:
    """Open nothing."""
    return forget


class IndexingNothing(Indexer):
    """Workers that throw away what they find."""

    name: ClassVar[str] = "parsing alone"

    def start(self) -> None:
        """There is nothing to start."""

    @property
    def opener(self) -> Opener:
        """Opens nothing."""
        return open_nothing

    def counts(self) -> Dict[str, int]:
        """There are no tables."""
        return {}
