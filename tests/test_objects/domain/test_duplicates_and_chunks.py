"""Duplicates with their occurrences, and pieces that have no vector yet."""

from __future__ import annotations

from code_analysis_db import DatabaseClient
from code_analysis_db.client.objects import DuplicateGroup, Project

from .conftest import AddFile


def test_duplicates_come_with_their_occurrences(
    client: DatabaseClient, project: Project, add_file: AddFile
) -> None:
    """Those that are alike enough, the most alike first."""
    groups = []
    for number, similarity in enumerate((0.5, 1.0, 0.8)):
        duplicate = client.code_duplicates.create(
            project_id=project.id, duplicate_hash=str(number), similarity=similarity
        )
        files = [add_file(f"{number}_{place}") for place in range(2)]
        occurrences = client.duplicate_occurrences.create_many(
            {
                "duplicate_id": duplicate.id,
                "file_id": file.id,
                "start_line": 1,
                "end_line": 5,
            }
            for file in files
        )
        groups.append(DuplicateGroup(duplicate=duplicate, occurrences=occurrences))
    half, same, near = groups
    assert client.code_duplicates.similar(project.id, 0.8) == [same, near]
    assert client.code_duplicates.similar(project.id) == [same, near, half]
    assert client.code_duplicates.similar(project.id, 1.1) == []


def test_pieces_without_a_vector_come_oldest_first(
    client: DatabaseClient, project: Project, add_file: AddFile
) -> None:
    """A few at a time, without those of deleted files."""
    file, gone = add_file("a"), add_file("b")
    chunks = client.code_chunks.create_many(
        {
            "file_id": owner.id,
            "project_id": project.id,
            "chunk_type": "code",
            "chunk_text": "x",
        }
        for owner in (file, file, gone, file)
    )
    client.files.mark_deleted(gone)
    client.code_chunks.update(chunks[1], vector_id=0, embedding_vector=[0.5, 1.0])
    assert client.code_chunks.without_vector(project.id) == [chunks[0], chunks[3]]
    assert client.code_chunks.without_vector(project.id, limit=1) == [chunks[0]]
