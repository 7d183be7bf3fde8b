"""A source file of a project."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, UpdatedAt, mapped
from ..mapping.identity import new_id, utc_now
from .project import Project


@mapped(
    "files",
    unique=[["project_id", "path"]],
    indexes=[
        Index(["project_id"]),
        Index(["project_id", "updated_at"]),
        Index(["project_id", "deleted"]),
    ],
)
@attrs.define(kw_only=True)
class File:
    """A source file.

    Attributes:
        path: the file's path, which occurs once in a project.
        relative_path: the path from the project's root.
        lines: how many lines it has.
        last_modified: the file system's time of modification, in seconds of Unix
            time.
        content_hash: a digest of the content, by which a change is noticed.
        deleted: set aside, to be purged later.
    """

    project_id: Annotated[UUID, ForeignKey(Project)]
    path: str
    relative_path: Optional[str] = None
    lines: Optional[int] = None
    last_modified: Optional[float] = None
    has_docstring: Optional[bool] = None
    content_hash: Optional[str] = None
    deleted: bool = False
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
