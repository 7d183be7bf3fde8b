"""What an analysis of a file as a whole came to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Dict
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, UpdatedAt, mapped
from ..mapping.identity import new_id, utc_now
from .file import File
from .project import Project


@mapped(
    "comprehensive_analysis_results",
    unique=[["file_id", "file_mtime"]],
    indexes=[Index(["project_id"])],
)
@attrs.define(kw_only=True)
class ComprehensiveAnalysisResult:
    """The findings about one state of a file.

    Attributes:
        file_mtime: the file's ``last_modified`` when it was analysed, in seconds of
            Unix time.
        results: the findings.
        summary: their figures.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    project_id: Annotated[UUID, ForeignKey(Project)]
    file_mtime: float
    results: Dict[str, Any]
    summary: Dict[str, Any]
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
