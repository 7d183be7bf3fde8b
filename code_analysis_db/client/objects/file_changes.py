"""How the files of a project differ from what is stored of them."""

from __future__ import annotations

from typing import List, Optional, Tuple

import attrs

from .file import File

#: What is seen of a file: its time of modification in seconds of Unix time, and a
#: digest of its content, either None where it was not looked at.
FileState = Tuple[Optional[float], Optional[str]]


@attrs.define(kw_only=True)
class FileChanges:
    """What is to be done to bring a project up to date.

    Attributes:
        new: the paths of files that are not stored.
        changed: the stored files that need an analysis.  One that was marked deleted
            and is there again is given without the mark, so that saving its analysis
            restores it.
        gone: the stored files that are no longer there, without those that are marked
            deleted already.
    """

    new: List[str] = attrs.field(factory=list)
    changed: List[File] = attrs.field(factory=list)
    gone: List[File] = attrs.field(factory=list)
