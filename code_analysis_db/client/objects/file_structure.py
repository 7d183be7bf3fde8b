"""What a file defines and imports, as a tree."""

from __future__ import annotations

from typing import List

import attrs

from .class_structure import ClassStructure
from .file import File
from .function import Function
from .import_ import Import


@attrs.define(kw_only=True)
class FileStructure:
    """A file with its definitions, each kind in the order of its lines.

    Attributes:
        classes: with their methods.
        functions: those outside of classes.
    """

    file: File
    imports: List[Import] = attrs.field(factory=list)
    classes: List[ClassStructure] = attrs.field(factory=list)
    functions: List[Function] = attrs.field(factory=list)
