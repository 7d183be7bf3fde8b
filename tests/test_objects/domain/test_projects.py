"""The operations of projects, on every database."""

from __future__ import annotations

from datetime import timedelta

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import IndexingError, Project

from .conftest import AddFile
from .sample_analysis import an_analysis


def test_a_project_is_found_by_its_folder(
    client: DatabaseClient, project: Project
) -> None:
    """Which no other project has."""
    assert client.projects.get_by_path(project.root_path) == project
    assert client.projects.get_by_path(project.root_path + "/none") is None


def test_a_status_page(
    client: DatabaseClient, project: Project, add_file: AddFile
) -> None:
    """Everything is counted within the project, without what is marked deleted."""
    client.projects.create(name="other", root_path=f"/other/{new_id()}")
    first, second, marked = (
        add_file(name, lines=10, last_modified=float(number))
        for number, name in enumerate("abc")
    )
    first.content_hash = "h"
    for file in (first, second, marked):
        client.files.save_analysis(an_analysis(file))
    client.files.mark_deleted(marked)
    chunk = client.code_chunks.first(file_id=first.id)
    assert chunk is not None
    client.code_chunks.update(chunk, vector_id=1)
    client.vector_index.create(
        project_id=project.id,
        entity_type="chunk",
        entity_id=chunk.id,
        vector_id=1,
        vector_dim=2,
    )
    client.indexing_errors.save(IndexingError(project_id=project.id, file_path="/x"))
    duplicate = client.code_duplicates.create(
        project_id=project.id, duplicate_hash="d", similarity=1.0
    )
    client.duplicate_occurrences.create_many(
        {
            "duplicate_id": duplicate.id,
            "file_id": file.id,
            "start_line": 1,
            "end_line": 2,
        }
        for file in (first, second)
    )
    page = client.projects.statistics(project)
    assert page is not None
    code = page.code
    assert (code.lines, code.classes, code.methods, code.functions) == (20, 2, 2, 2)
    assert (code.imports, code.usages, code.issues) == (2, 2, 4)
    assert (code.missing_docstrings, code.average_complexity) == (6, 2.5)
    assert (page.files, page.deleted_files, page.pending_files) == (2, 1, 1)
    assert (page.code_content, page.ast_trees, page.cst_trees) == (2, 2, 2)
    assert (page.cross_refs, page.comprehensive_results) == (2, 2)
    assert (page.chunks, page.chunks_without_vector, page.vectors) == (2, 1, 1)
    assert (page.duplicates, page.duplicate_occurrences) == (1, 2)
    assert (page.indexing_errors, page.last_modified) == (1, 1.0)
    assert client.projects.statistics(new_id()) is None


def test_a_marked_project_is_purged_with_all_it_has(
    client: DatabaseClient, project: Project, add_file: AddFile
) -> None:
    """One that is not marked, or not for so long, stays."""
    file = add_file("a.py")
    client.files.save_analysis(an_analysis(file))
    kept = client.projects.create(name="kept", root_path=f"/kept/{new_id()}")
    client.projects.purge()
    assert client.projects.exists(id=project.id)
    assert client.projects.mark_deleted(project, kept) == 2
    assert client.projects.restore(kept.id) == 1
    assert client.projects.purge(older_than=timedelta(hours=1)) == 0
    assert client.projects.purge() == 1
    assert client.projects.get(project.id) is None
    assert client.projects.get(kept.id) == client.projects.get_by_path(kept.root_path)
    assert client.usages.count(file_id=file.id) == 0
    assert client.ast_trees.count(project_id=project.id) == 0
