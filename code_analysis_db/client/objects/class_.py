"""A class that a file defines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, List, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .file import File


@mapped(
    "classes",
    unique=[["file_id", "name", "line"]],
    indexes=[Index(["name"]), Index(["file_id"])],
)
@attrs.define(kw_only=True)
class Class:
    """A class definition.

    Attributes:
        line: the line of its ``class`` keyword, from 1.
        end_line: its last line.
        bases: the base classes as the source spells them.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    name: str
    line: int
    end_line: Optional[int] = None
    docstring: Optional[str] = None
    bases: Optional[List[str]] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
