"""Something in the code that is worth a look."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Dict, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .class_ import Class
from .file import File
from .function import Function
from .method import Method
from .project import Project


@mapped(
    "issues",
    indexes=[
        Index(["issue_type"]),
        Index(["file_id"]),
        Index(["project_id"]),
        Index(["class_id"]),
        Index(["function_id"]),
        Index(["method_id"]),
    ],
)
@attrs.define(kw_only=True)
class Issue:
    """A finding about a project, a file or one of a file's definitions.

    It goes with the first of those that it names which is deleted.  Each reference has
    an index: without one, every definition that goes would be looked for in all issues.

    Attributes:
        issue_type: the kind of finding, as ``"missing_docstring"``.
        line: the line that it is about, from 1.
        metadata: what else the analysis knows of it.
    """

    issue_type: str
    project_id: Annotated[Optional[UUID], ForeignKey(Project)] = None
    file_id: Annotated[Optional[UUID], ForeignKey(File)] = None
    class_id: Annotated[Optional[UUID], ForeignKey(Class)] = None
    function_id: Annotated[Optional[UUID], ForeignKey(Function)] = None
    method_id: Annotated[Optional[UUID], ForeignKey(Method)] = None
    line: Optional[int] = None
    description: Optional[str] = None
    metadata: Optional[Dict[str, Any]] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
