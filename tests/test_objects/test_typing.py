"""What an editor and mypy know of the object API.

``assert_type`` is checked by the static run over the tests; here the calls are made.
"""

from __future__ import annotations

from typing import List, Optional

from typing_extensions import assert_type

from code_analysis_db import DatabaseClient
from code_analysis_db.client.objects import Class, File, IndexingError, Project
from code_analysis_db.client.repository import Repository
from code_analysis_db.client.row_stream import Stream

from .sample import Sample


def test_repositories_are_typed_by_their_class(
    client: DatabaseClient, project: Project
) -> None:
    """Each verb gives objects of the repository's class."""
    files = client.files
    file = files.create(project_id=project.id, path="/a")
    assert_type(file, File)
    assert_type(files.get(file.id), Optional[File])
    assert_type(files.first(path="/a"), Optional[File])
    assert_type(files.find(project_id=project.id), List[File])
    assert_type(files.find(order_by="path", after=file), List[File])
    assert_type(files.find_iter(), Stream[File])
    assert_type(list(files.find_iter()), List[File])
    assert_type(files.save(file), File)
    assert_type(files.save_many([file]), List[File])
    assert_type(files.update(file, lines=1), Optional[File])
    assert_type(files.get_or_create(project_id=project.id, path="/a"), File)
    assert_type(files.count(), int)
    assert_type(files.exists(), bool)
    assert_type(files.delete(file), bool)
    assert_type(files.delete_where(path="/a"), int)
    assert_type(client.classes.create_many([]), List[Class])


def test_transactions_and_own_classes_are_typed_too(client: DatabaseClient) -> None:
    """The same within a transaction, and for any mapped class."""
    assert_type(client.repository(Sample), Repository[Sample])
    assert_type(client.repository(Sample).find(), List[Sample])
    with client.transaction() as tx:
        assert_type(tx.projects.find(), List[Project])
        with tx.transaction() as part:
            assert_type(part.indexing_errors.find(), List[IndexingError])
