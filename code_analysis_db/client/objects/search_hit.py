"""A place that a search found."""

from __future__ import annotations

from typing import List, Optional, Tuple
from uuid import UUID

import attrs

from .file import File


@attrs.frozen(kw_only=True)
class SearchHit:
    """A piece of text that a search found, and where.

    Attributes:
        file: the file that it is in.
        line: the line of the file on which ``text`` is, from 1; the first line of the
            class, method or function where the words are in its name or its docstring
            only.
        text: that line, or a part of it; "" where no one line has the words.
        ranges: where the words are in ``text``, each from and up to a character.
        rank: how well it answers the query; more is better.
        content_id: the :class:`.CodeContent`.
        entity_type: what the text is of.
        entity_id: the id of that object.
        entity_name: its name.
    """

    file: File
    line: int
    text: str
    ranges: List[Tuple[int, int]]
    rank: float
    content_id: UUID
    entity_type: str
    entity_id: Optional[UUID]
    entity_name: Optional[str]
