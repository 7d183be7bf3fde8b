"""A file's concrete syntax tree."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, UpdatedAt, mapped
from ..mapping.identity import new_id, utc_now
from .file import File
from .project import Project


@mapped(
    "cst_trees",
    unique=[["file_id", "cst_hash"]],
    indexes=[Index(["project_id"])],
)
@attrs.define(kw_only=True)
class CstTree:
    """The syntax tree of a file with its comments and its layout.

    Attributes:
        cst_code: the text that the tree is parsed from and can be written back to.
        cst_hash: a digest of that text.
        file_mtime: the file's ``last_modified`` when it was parsed, in seconds of Unix
            time.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    project_id: Annotated[UUID, ForeignKey(Project)]
    cst_code: str
    cst_hash: str
    file_mtime: float
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
