"""The objects of code analysis, one class a file.

Each class declares its table too; users of the objects never see it.
"""

from __future__ import annotations

from .project import Project
from .file import File
from .class_ import Class
from .method import Method
from .function import Function
from .import_ import Import
from .usage import Usage
from .issue import Issue
from .code_content import CodeContent
from .ast_tree import AstTree
from .cst_tree import CstTree
from .entity_cross_ref import EntityCrossRef
from .vector_index_entry import VectorIndexEntry
from .code_chunk import CodeChunk
from .code_duplicate import CodeDuplicate
from .duplicate_occurrence import DuplicateOccurrence
from .comprehensive_analysis_result import ComprehensiveAnalysisResult
from .indexing_error import IndexingError
from .file_analysis import FileAnalysis
from .class_structure import ClassStructure
from .file_structure import FileStructure
from .code_statistics import CodeStatistics
from .project_statistics import ProjectStatistics
from .file_changes import FileChanges, FileState
from .duplicate_group import DuplicateGroup
from .search_hit import SearchHit

#: The classes that have a table; their tables come into being together.
STORED_CLASSES = (
    Project,
    File,
    Class,
    Method,
    Function,
    Import,
    Usage,
    Issue,
    CodeContent,
    AstTree,
    CstTree,
    EntityCrossRef,
    VectorIndexEntry,
    CodeChunk,
    CodeDuplicate,
    DuplicateOccurrence,
    ComprehensiveAnalysisResult,
    IndexingError,
)

__all__ = [
    "Project",
    "File",
    "Class",
    "Method",
    "Function",
    "Import",
    "Usage",
    "Issue",
    "CodeContent",
    "AstTree",
    "CstTree",
    "EntityCrossRef",
    "VectorIndexEntry",
    "CodeChunk",
    "CodeDuplicate",
    "DuplicateOccurrence",
    "ComprehensiveAnalysisResult",
    "IndexingError",
    "FileAnalysis",
    "ClassStructure",
    "FileStructure",
    "CodeStatistics",
    "ProjectStatistics",
    "FileState",
    "FileChanges",
    "DuplicateGroup",
    "SearchHit",
    "STORED_CLASSES",
]
