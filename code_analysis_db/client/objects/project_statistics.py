"""The state of a project, in figures."""

from __future__ import annotations

from typing import Optional

import attrs

from .code_statistics import CodeStatistics


@attrs.frozen(kw_only=True)
class ProjectStatistics:
    """What is stored of a project.

    Attributes:
        code: the figures of the files that are not marked deleted.
        files: how many those are.
        deleted_files: how many are marked deleted.
        pending_files: how many of the others were not analysed yet.
        code_content: how many pieces of text can be searched.
        comprehensive_results: how many results there are of whole files.
        chunks: how many pieces there are to be embedded.
        chunks_without_vector: how many of them have no vector yet.
        vectors: how many entries the index of vectors has.
        indexing_errors: how many files could not be analysed.
        last_modified: when the file that changed last was modified, in seconds of Unix
            time; None without files.
    """

    code: CodeStatistics
    files: int
    deleted_files: int
    pending_files: int
    code_content: int
    ast_trees: int
    cst_trees: int
    cross_refs: int
    comprehensive_results: int
    chunks: int
    chunks_without_vector: int
    vectors: int
    duplicates: int
    duplicate_occurrences: int
    indexing_errors: int
    last_modified: Optional[float]
