"""A name that a file imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import attrs

from ..mapping.declaration import ForeignKey, Index, PrimaryKey, mapped
from ..mapping.identity import new_id, utc_now
from .file import File


@mapped("imports", indexes=[Index(["file_id"]), Index(["name"])])
@attrs.define(kw_only=True)
class Import:
    """One name of an import statement.

    Attributes:
        name: the name as imported, before any ``as``.
        module: what it is imported from, leading dots included; None for ``import
            name``.
        import_type: ``"import"`` or ``"from"``.
        line: the line of the statement, from 1.
    """

    file_id: Annotated[UUID, ForeignKey(File)]
    name: str
    import_type: str
    line: int
    module: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=utc_now)
