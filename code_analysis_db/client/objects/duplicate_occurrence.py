"""A place where a duplicate occurs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .code_duplicate import CodeDuplicate
from .file import File


@mapped("duplicate_occurrences", indexes=[Index(["duplicate_id"]), Index(["file_id"])])
@attrs.define(kw_only=True)
class DuplicateOccurrence:
    """One of the places of a :class:`CodeDuplicate`.

    Attributes:
        start_line: its first line, from 1.
        end_line: its last line.
        code_snippet: the code there, or the beginning of it.
    """

    duplicate_id: Annotated[UUID, ForeignKey(CodeDuplicate)]
    file_id: Annotated[UUID, ForeignKey(File)]
    start_line: int
    end_line: int
    code_snippet: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
