"""All that one analysis found in a file; saved as a whole, stored in parts."""

from __future__ import annotations

from typing import List, Optional

import attrs

from .ast_tree import AstTree
from .class_ import Class
from .code_chunk import CodeChunk
from .code_content import CodeContent
from .comprehensive_analysis_result import ComprehensiveAnalysisResult
from .cst_tree import CstTree
from .entity_cross_ref import EntityCrossRef
from .file import File
from .function import Function
from .import_ import Import
from .indexing_error import IndexingError
from .issue import Issue
from .method import Method
from .usage import Usage


@attrs.define(kw_only=True)
class FileAnalysis:
    """A file and what belongs to it.

    Attributes:
        file: the file; the parts refer to it by its id.
        methods: the methods of ``classes``.
        issues: about the file, or about definitions among the parts.
        cross_refs: references whose callers are among the parts; what they call may
            be definitions that are stored already.
        error: why the file could not be analysed, None where it could.
    """

    file: File
    classes: List[Class] = attrs.field(factory=list)
    methods: List[Method] = attrs.field(factory=list)
    functions: List[Function] = attrs.field(factory=list)
    imports: List[Import] = attrs.field(factory=list)
    usages: List[Usage] = attrs.field(factory=list)
    issues: List[Issue] = attrs.field(factory=list)
    code_content: List[CodeContent] = attrs.field(factory=list)
    ast_tree: Optional[AstTree] = None
    cst_tree: Optional[CstTree] = None
    code_chunks: List[CodeChunk] = attrs.field(factory=list)
    cross_refs: List[EntityCrossRef] = attrs.field(factory=list)
    comprehensive_result: Optional[ComprehensiveAnalysisResult] = None
    error: Optional[IndexingError] = None
