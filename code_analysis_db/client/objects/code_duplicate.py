"""A piece of code that occurs more than once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .project import Project


@mapped("code_duplicates", unique=[["project_id", "duplicate_hash"]])
@attrs.define(kw_only=True)
class CodeDuplicate:
    """A group of places in a project whose code is alike.

    Attributes:
        duplicate_hash: a digest of what they have in common.
        similarity: how much alike they are, from 0 to 1.
    """

    project_id: Annotated[UUID, ForeignKey(Project)]
    duplicate_hash: str
    similarity: float
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
