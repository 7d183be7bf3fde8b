"""Why a file could not be analysed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .project import Project


@mapped("indexing_errors", unique=[["project_id", "file_path"]])
@attrs.define(kw_only=True)
class IndexingError:
    """The failure of a file's last analysis; a file has one at most.

    Attributes:
        file_path: the ``path`` of the file.
        error_type: the name of the exception's class.
        error_message: what the exception said.
    """

    project_id: Annotated[UUID, ForeignKey(Project)]
    file_path: str
    error_type: Optional[str] = None
    error_message: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
