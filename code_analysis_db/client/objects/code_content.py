"""The text of a file or of one of its definitions, for searching."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .file import File


@mapped(
    "code_content",
    indexes=[
        Index(["file_id"]),
        Index(["entity_type", "entity_id"]),
        Index(["entity_name", "content", "docstring"], fulltext=True),
    ],
)
@attrs.define(kw_only=True)
class CodeContent:
    """A piece of source text.

    Attributes:
        entity_type: what it is the text of, as ``"file"``, ``"class"``, ``"method"`` or
            ``"function"``.
        entity_id: the id of that object.
        entity_name: its name.
        content: the source text.
        docstring: its docstring, apart from the text.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    entity_type: str
    content: str
    entity_id: Optional[UUID] = None
    entity_name: Optional[str] = None
    docstring: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
