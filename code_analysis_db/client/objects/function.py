"""A function that a file defines outside of classes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, List, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .file import File


@mapped(
    "functions",
    unique=[["file_id", "name", "line"]],
    indexes=[Index(["name"]), Index(["file_id"])],
)
@attrs.define(kw_only=True)
class Function:
    """A function definition.

    Attributes:
        line: the line of its ``def`` keyword, from 1.
        end_line: its last line.
        args: the parameters' names in order, ``*`` and ``**`` included.
        complexity: cyclomatic complexity, from 1.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    name: str
    line: int
    end_line: Optional[int] = None
    args: Optional[List[str]] = None
    docstring: Optional[str] = None
    complexity: Optional[int] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
