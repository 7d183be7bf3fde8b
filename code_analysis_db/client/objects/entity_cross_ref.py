"""A definition that refers to another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ...enums import ReferenceAction
from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .class_ import Class
from .file import File
from .function import Function
from .method import Method


@mapped(
    "entity_cross_ref",
    indexes=[
        Index(["caller_class_id"]),
        Index(["caller_method_id"]),
        Index(["caller_function_id"]),
        Index(["callee_class_id"]),
        Index(["callee_method_id"]),
        Index(["callee_function_id"]),
        Index(["file_id"]),
    ],
)
@attrs.define(kw_only=True)
class EntityCrossRef:
    """A reference from one stored definition to another.

    Of the three callers one is set, and of the three callees one.  The reference goes
    with either of its ends.

    Attributes:
        ref_type: how the caller refers to the callee, as ``"call"`` or ``"inherit"``.
        file_id: the file that the reference stands in, None when that file is gone.
        line: the line of the reference, from 1.
    """

    ref_type: str
    caller_class_id: Annotated[Optional[UUID], ForeignKey(Class)] = None
    caller_method_id: Annotated[Optional[UUID], ForeignKey(Method)] = None
    caller_function_id: Annotated[Optional[UUID], ForeignKey(Function)] = None
    callee_class_id: Annotated[Optional[UUID], ForeignKey(Class)] = None
    callee_method_id: Annotated[Optional[UUID], ForeignKey(Method)] = None
    callee_function_id: Annotated[Optional[UUID], ForeignKey(Function)] = None
    file_id: Annotated[Optional[UUID], ForeignKey(File, ReferenceAction.SET_NULL)] = (
        None
    )
    line: Optional[int] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
