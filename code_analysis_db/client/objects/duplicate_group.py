"""A duplicate with its occurrences."""

from __future__ import annotations

from typing import List

import attrs

from .code_duplicate import CodeDuplicate
from .duplicate_occurrence import DuplicateOccurrence


@attrs.define(kw_only=True)
class DuplicateGroup:
    """Places whose code is alike.

    Attributes:
        duplicate: what they have in common.
        occurrences: the places, by file and line.
    """

    duplicate: CodeDuplicate
    occurrences: List[DuplicateOccurrence] = attrs.field(factory=list)
