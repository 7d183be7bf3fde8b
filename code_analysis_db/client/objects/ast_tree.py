"""A file's abstract syntax tree."""

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
    "ast_trees",
    unique=[["file_id", "ast_hash"]],
    indexes=[Index(["project_id"])],
)
@attrs.define(kw_only=True)
class AstTree:
    """The syntax tree of a file without its comments and its layout.

    Attributes:
        ast_json: the tree.
        ast_hash: a digest of the tree, by which a change of the code is told from one
            of its layout.
        file_mtime: the file's ``last_modified`` when it was parsed, in seconds of Unix
            time.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    project_id: Annotated[UUID, ForeignKey(Project)]
    ast_json: Dict[str, Any]
    ast_hash: str
    file_mtime: float
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
