"""Analyses for the tests: one of every part, and what is stored of one."""

from __future__ import annotations

from typing import Any, Dict

from code_analysis_db import DatabaseClient
from code_analysis_db.client.objects import (
    AstTree,
    Class,
    CodeChunk,
    CodeContent,
    ComprehensiveAnalysisResult,
    CstTree,
    EntityCrossRef,
    File,
    FileAnalysis,
    Function,
    Import,
    Issue,
    Method,
    Usage,
)


def an_analysis(file: File, name: str = "A") -> FileAnalysis:
    """Return an analysis with one of each part, whose class has the name."""
    of_file: Dict[str, Any] = {"file_id": file.id, "project_id": file.project_id}
    found = Class(file_id=file.id, name=name, line=3, bases=[])
    method = Method(class_id=found.id, name="run", line=4, args=["self"], complexity=3)
    function = Function(file_id=file.id, name="main", line=9, args=[], complexity=2)
    return FileAnalysis(
        file=file,
        classes=[found],
        methods=[method],
        functions=[function],
        imports=[Import(file_id=file.id, name="os", import_type="import", line=1)],
        usages=[
            Usage(
                file_id=file.id,
                line=10,
                usage_type="call",
                target_type="method",
                target_class=name,
                target_name="run",
                context={"args": []},
            )
        ],
        issues=[
            Issue(issue_type="long", file_id=file.id, line=1, metadata={"lines": 9}),
            Issue(
                issue_type="missing_docstring", method_id=method.id, **of_file, line=4
            ),
        ],
        code_content=[
            CodeContent(
                file_id=file.id,
                entity_type="function",
                entity_id=function.id,
                entity_name="main",
                content="def main():\n    return start_the_engine()",
            )
        ],
        ast_tree=AstTree(
            ast_json={"body": [{"op": None}, []]},
            ast_hash="a1",
            file_mtime=1.5,
            **of_file,
        ),
        cst_tree=CstTree(cst_code="# é\n", cst_hash="c1", file_mtime=1.5, **of_file),
        code_chunks=[
            CodeChunk(
                chunk_type="function",
                chunk_text="def main",
                embedding_vector=[0.25, 1.0],
                function_id=function.id,
                **of_file,
            )
        ],
        cross_refs=[
            EntityCrossRef(
                ref_type="call",
                caller_function_id=function.id,
                callee_method_id=method.id,
                file_id=file.id,
                line=10,
            )
        ],
        comprehensive_result=ComprehensiveAnalysisResult(
            file_mtime=1.5, results={"smells": []}, summary={}, **of_file
        ),
    )


def stored_analysis(client: DatabaseClient, file: File) -> FileAnalysis:
    """Return what is stored of a file."""
    of_file = {"file_id": file.id}
    classes = client.classes.find(of_file)
    stored = client.files.get(file.id)
    assert stored is not None
    return FileAnalysis(
        file=stored,
        classes=classes,
        methods=client.methods.find(class_id=[found.id for found in classes]),
        functions=client.functions.find(of_file),
        imports=client.imports.find(of_file),
        usages=client.usages.find(of_file),
        issues=client.issues.find(of_file, order_by="issue_type"),
        code_content=client.code_content.find(of_file),
        ast_tree=client.ast_trees.first(of_file),
        cst_tree=client.cst_trees.first(of_file),
        code_chunks=client.code_chunks.find(of_file),
        cross_refs=client.entity_cross_ref.find(of_file),
        comprehensive_result=client.comprehensive_analysis_results.first(of_file),
        error=client.indexing_errors.first(file_path=file.path),
    )
