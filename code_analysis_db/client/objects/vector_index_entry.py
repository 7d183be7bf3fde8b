"""Where an object's embedding is in an index of vectors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .project import Project


@mapped(
    "vector_index",
    unique=[["project_id", "entity_type", "entity_id"]],
    indexes=[Index(["vector_id"])],
)
@attrs.define(kw_only=True)
class VectorIndexEntry:
    """The number that stands for an object in an index of vectors outside.

    Attributes:
        entity_type: what kind of object it is, as ``"class"`` or ``"chunk"``.
        entity_id: the object's id; the entry stays when the object goes, until whoever
            keeps the index of vectors has taken the vector out.
        vector_id: the vector's number in that index.
        vector_dim: how many numbers the vector has.
        embedding_model: what made the vector.
    """

    project_id: Annotated[UUID, ForeignKey(Project)]
    entity_type: str
    entity_id: UUID
    vector_id: int
    vector_dim: int
    embedding_model: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
