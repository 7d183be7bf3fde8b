"""A file's analysis is saved as a whole: atomically, and twice as once."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import (
    Class,
    File,
    FileAnalysis,
    Function,
    Import,
    IndexingError,
    Method,
    Project,
)
from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    InvalidValueError,
    UniqueViolationError,
)


def an_analysis(file: File, name: str = "A") -> FileAnalysis:
    """Return an analysis with one of each part."""
    found = Class(file_id=file.id, name=name, line=3)
    return FileAnalysis(
        file=file,
        classes=[found],
        methods=[Method(class_id=found.id, name="run", line=4, args=["self"])],
        functions=[Function(file_id=file.id, name="main", line=9, args=[])],
        imports=[Import(file_id=file.id, name="os", import_type="import", line=1)],
    )


def stored_analysis(client: DatabaseClient, file: File) -> FileAnalysis:
    """Return what is stored of a file."""
    classes = client.classes.find(file_id=file.id)
    stored = client.files.get(file.id)
    assert stored is not None
    return FileAnalysis(
        file=stored,
        classes=classes,
        methods=client.methods.find(class_id=[found.id for found in classes]),
        functions=client.functions.find(file_id=file.id),
        imports=client.imports.find(file_id=file.id),
        error=client.indexing_errors.first(file_path=file.path),
    )


def test_everything_of_a_file_is_saved_at_once(
    client: DatabaseClient, project: Project
) -> None:
    """A new file with all its parts, children of children included."""
    analysis = an_analysis(File(project_id=project.id, path="/a"))
    assert client.files.save_analysis(analysis) is analysis.file
    assert stored_analysis(client, analysis.file) == analysis


def test_saving_again_changes_nothing(client: DatabaseClient, file: File) -> None:
    """FAILURE 32: re-indexing is idempotent, with the same and with new objects."""
    first = an_analysis(file)
    for analysis in (first, first, an_analysis(file), an_analysis(file)):
        client.files.save_analysis(analysis)
        assert stored_analysis(client, file) == analysis


def test_what_was_there_is_replaced(client: DatabaseClient, file: File) -> None:
    """Parts that the file no longer has are gone."""
    before = an_analysis(file)
    client.files.save_analysis(before)
    client.files.save_analysis(FileAnalysis(file=file))
    assert stored_analysis(client, file) == FileAnalysis(file=file)
    assert client.methods.get(before.methods[0].id) is None


def test_a_file_that_another_has_saved_meanwhile_is_replaced(
    client: DatabaseClient, file: File
) -> None:
    """Two who index the same new file do not collide; the last one's ids stay."""
    client.files.save_analysis(an_analysis(file))
    again = an_analysis(File(project_id=file.project_id, path=file.path), "B")
    client.files.save_analysis(again)
    assert client.files.find(project_id=file.project_id) == [again.file]
    assert stored_analysis(client, again.file) == again


def test_a_failed_save_leaves_all_as_it_was(client: DatabaseClient, file: File) -> None:
    """Neither a part of the new nor a loss of the old."""
    before = an_analysis(file)
    client.files.save_analysis(before)
    kept = stored_analysis(client, file)
    twice = an_analysis(file, "B")
    twice.classes.append(Class(file_id=file.id, name="B", line=3))
    with pytest.raises(UniqueViolationError):
        client.files.save_analysis(twice)
    assert stored_analysis(client, file) == kept


def test_a_project_deleted_meanwhile_is_told_apart(
    client: DatabaseClient, project: Project, file: File
) -> None:
    """FAILURE 33: an error of its own class, nothing stored, and the client goes on."""
    client.projects.delete(project)
    with pytest.raises(ForeignKeyViolationError):
        client.files.save_analysis(an_analysis(file))
    assert client.files.get(file.id) is None
    assert client.classes.count(file_id=file.id) == 0


def test_an_indexing_error_comes_and_goes(client: DatabaseClient, file: File) -> None:
    """A file has its last error, until it is analysed without."""
    for message in ("first", "second"):
        error = IndexingError(
            project_id=file.project_id,
            file_path=file.path,
            error_type="SyntaxError",
            error_message=message,
        )
        client.files.save_analysis(FileAnalysis(file=file, error=error))
        assert client.indexing_errors.find(file_path=file.path) == [error]
    client.files.save_analysis(an_analysis(file))
    assert client.indexing_errors.exists(file_path=file.path) is False


def stray_parts(file: File) -> List[FileAnalysis]:
    """Return analyses with a part that belongs elsewhere."""
    method = Method(class_id=new_id(), name="run", line=4)
    function = Function(file_id=new_id(), name="main", line=9)
    return [
        FileAnalysis(file=file, methods=[method]),
        FileAnalysis(file=file, functions=[function]),
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_parts_of_another_file_are_refused(
    client: DatabaseClient, file: File, which: int
) -> None:
    """A mistake of the caller is not stored in another file's name."""
    with pytest.raises(InvalidValueError, match="none of those saved with file"):
        client.files.save_analysis(stray_parts(file)[which])
