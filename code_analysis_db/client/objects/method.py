"""A method of a class."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, List, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .class_ import Class


@mapped(
    "methods",
    unique=[["class_id", "name", "line"]],
    indexes=[Index(["name"]), Index(["class_id"])],
)
@attrs.define(kw_only=True)
class Method:
    """A function that is defined in the body of a class.

    Attributes:
        line: the line of its ``def`` keyword, from 1.
        end_line: its last line.
        args: the parameters' names in order, ``*`` and ``**`` included.
        is_abstract: it is decorated as abstract.
        has_pass: its body is ``pass`` or ``...`` alone.
        has_not_implemented: its body raises NotImplementedError.
        complexity: cyclomatic complexity, from 1.
    """

    class_id: Annotated[UUID, ForeignKey(Class)]
    name: str
    line: int
    end_line: Optional[int] = None
    args: Optional[List[str]] = None
    docstring: Optional[str] = None
    is_abstract: bool = False
    has_pass: bool = False
    has_not_implemented: bool = False
    complexity: Optional[int] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
