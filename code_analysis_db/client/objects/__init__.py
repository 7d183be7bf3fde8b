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
from .indexing_error import IndexingError
from .file_analysis import FileAnalysis

#: The classes that have a table; their tables come into being together.
STORED_CLASSES = (Project, File, Class, Method, Function, Import, IndexingError)

__all__ = [
    "Project",
    "File",
    "Class",
    "Method",
    "Function",
    "Import",
    "IndexingError",
    "FileAnalysis",
    "STORED_CLASSES",
]
