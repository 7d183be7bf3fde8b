"""A piece of a file that is embedded as one vector."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, List, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, UpdatedAt, mapped
from ..mapping.identity import new_id, utc_now
from .file import File
from .project import Project


@mapped(
    "code_chunks",
    indexes=[
        Index(["file_id"]),
        Index(["project_id", "created_at"]),
        Index(["project_id", "vector_id", "created_at"]),
    ],
)
@attrs.define(kw_only=True)
class CodeChunk:
    """A piece of text, and its embedding once that was made.

    The last of the indexes finds a project's chunks without a vector, oldest first, on
    every database; one over those rows alone is not to be had on MySQL.

    Attributes:
        chunk_type: what the piece is, as ``"docstring"`` or ``"function"``.
        chunk_text: the piece.
        chunk_ordinal: its place among the file's pieces, from 0.
        vector_id: the vector's number in the index of vectors, None until it has one.
        embedding_model: what made the vector.
        embedding_vector: the vector.
        token_count: how many tokens the piece is for the model.
        class_id: the class that the piece is of; a plain id, as are the next two.
        line: its first line, from 1.
        source_type: what the text was taken from, as ``"docstring"`` or ``"code"``.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    project_id: Annotated[UUID, ForeignKey(Project)]
    chunk_type: str
    chunk_text: str
    chunk_ordinal: Optional[int] = None
    vector_id: Optional[int] = None
    embedding_model: Optional[str] = None
    embedding_vector: Optional[List[float]] = None
    token_count: Optional[int] = None
    class_id: Optional[UUID] = None
    function_id: Optional[UUID] = None
    method_id: Optional[UUID] = None
    line: Optional[int] = None
    source_type: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
