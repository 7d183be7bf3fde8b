"""All that one analysis found in a file; saved as a whole, stored in parts."""

from __future__ import annotations

from typing import List, Optional

import attrs

from .class_ import Class
from .file import File
from .function import Function
from .import_ import Import
from .indexing_error import IndexingError
from .method import Method


@attrs.define(kw_only=True)
class FileAnalysis:
    """A file and what belongs to it.

    Attributes:
        file: the file; the parts refer to it by its id.
        methods: the methods of ``classes``.
        error: why the file could not be analysed, None where it could.
    """

    file: File
    classes: List[Class] = attrs.field(factory=list)
    methods: List[Method] = attrs.field(factory=list)
    functions: List[Function] = attrs.field(factory=list)
    imports: List[Import] = attrs.field(factory=list)
    error: Optional[IndexingError] = None
