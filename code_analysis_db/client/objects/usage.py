"""A place where a file uses a name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Dict, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .file import File


@mapped(
    "usages",
    indexes=[
        Index(["file_id"]),
        Index(["target_type", "target_name"]),
        Index(["target_class", "target_name"]),
    ],
)
@attrs.define(kw_only=True)
class Usage:
    """One use of a name, found by name: it refers to no stored object.

    Attributes:
        line: the line of the use, from 1.
        usage_type: how it is used, as ``"call"`` or ``"attribute"``.
        target_type: what the name is, as ``"function"``, ``"method"`` or ``"class"``.
        target_class: the class that a method or an attribute is looked up in, None
            where that is not known.
        target_name: the name that is used.
        context: what else the analysis knows of the use.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    line: int
    usage_type: str
    target_type: str
    target_name: str
    target_class: Optional[str] = None
    context: Optional[Dict[str, Any]] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
