"""The text of each entity, for the full-text search.

Every line is in one entity's text only, so that a search finds a place once: where an
entity holds others, their lines are left empty there, and line numbers stay right.
"""

from __future__ import annotations

from typing import Optional
from uuid import UUID

from code_analysis_db.objects import CodeContent

from .entity import Entity
from .source_text import SourceText


def content(entity: Entity, source: SourceText, file_id: UUID) -> Optional[CodeContent]:
    """Return the text of an entity, None where it has none of its own.

    The docstring stays where it stands in the text and is not stored beside it again.
    """
    first, last = entity.scope.lines
    lines = source.lines(first, last)
    for inner in entity.scope.inner:
        begin, end = inner.lines
        lines[begin - first : end - first + 1] = [""] * (end - begin + 1)
    text = "\n".join(lines).rstrip()
    if not text:
        return None
    return CodeContent(
        file_id=file_id,
        entity_type=entity.kind,
        entity_id=entity.stored.id,
        entity_name=entity.name,
        content=text,
    )
