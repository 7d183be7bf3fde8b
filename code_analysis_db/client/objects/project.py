"""A project: a source tree that is analysed as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import PrimaryKey, UpdatedAt, mapped
from ..mapping.identity import new_id, utc_now


@mapped("projects", unique=[["root_path"]])
@attrs.define(kw_only=True)
class Project:
    """A source tree.

    Attributes:
        root_path: the folder that its files are in; no two projects share one.
        deleted: set aside, to be purged later.
    """

    root_path: str
    name: str
    comment: Optional[str] = None
    deleted: bool = False
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
