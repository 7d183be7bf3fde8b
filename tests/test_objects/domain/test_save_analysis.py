"""A file's analysis is saved as a whole: atomically, and twice as once."""

from __future__ import annotations

from typing import Annotated, Any, Dict
from uuid import UUID

import attrs
import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import ForeignKey, PrimaryKey, mapped, new_id
from code_analysis_db.client.objects import (
    AstTree,
    Class,
    EntityCrossRef,
    File,
    FileAnalysis,
    Function,
    IndexingError,
    Issue,
    Method,
    Project,
)
from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    InvalidValueError,
    ProjectGoneError,
    UniqueViolationError,
)

from .sample_analysis import an_analysis, stored_analysis


@mapped("notes_on_files")
@attrs.define(kw_only=True)
class Note:
    """A user's own object, which belongs to a file."""

    file_id: Annotated[UUID, ForeignKey(File)]
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


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


def test_several_files_are_saved_at_once(
    client: DatabaseClient, project: Project, file: File
) -> None:
    """FAILURE 32: as each alone, again and again, all or none; nothing for none."""
    paths = [f"{project.root_path}/{name}" for name in "bcd"]
    for _ in range(2):
        files = [file, *(File(project_id=project.id, path=path) for path in paths)]
        analyses = [an_analysis(each, f"C{i}") for i, each in enumerate(files)]
        assert client.files.save_analyses(analyses) == files
        assert client.files.count(project_id=project.id) == 4
        for analysis in analyses:
            assert stored_analysis(client, analysis.file) == analysis
    again = [an_analysis(each) for each in files]
    again[2].classes *= 2
    kept = stored_analysis(client, files[0])
    with pytest.raises(UniqueViolationError):
        client.files.save_analyses(again)
    assert stored_analysis(client, files[0]) == kept
    assert client.files.save_analyses([]) == []


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
    with pytest.raises(ProjectGoneError, match=str(project.id)) as caught:
        client.files.save_analysis(an_analysis(file))
    assert file.path in str(caught.value)
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


def stray_parts(file: File) -> Dict[str, Any]:
    """Return parts that belong elsewhere, by their attributes."""
    other = new_id()
    tree: Dict[str, Any] = {
        "file_id": file.id,
        "ast_json": {},
        "ast_hash": "",
        "file_mtime": 0.0,
    }
    return {
        "methods": [Method(class_id=other, name="run", line=4)],
        "functions": [Function(file_id=other, name="main", line=9)],
        "issues": [Issue(issue_type="of no file", project_id=file.project_id)],
        "cross_refs": [
            EntityCrossRef(ref_type="call", file_id=file.id, caller_class_id=other)
        ],
        "ast_tree": AstTree(project_id=other, **tree),
    }


@pytest.mark.parametrize(
    "attribute", ["methods", "functions", "issues", "cross_refs", "ast_tree"]
)
def test_parts_of_another_file_are_refused(
    client: DatabaseClient, file: File, attribute: str
) -> None:
    """A mistake of the caller is not stored in another file's name."""
    stray = FileAnalysis(file=file, **{attribute: stray_parts(file)[attribute]})
    with pytest.raises(InvalidValueError, match="none of those saved with file"):
        client.files.save_analysis(stray)


def test_definitions_of_other_files_may_be_called(
    client: DatabaseClient, project: Project, file: File
) -> None:
    """While they are there: with one that is gone, nothing is stored."""
    called = an_analysis(File(project_id=project.id, path="/called"))
    client.files.save_analysis(called)
    calling = an_analysis(file)
    (calling.cross_refs[0].callee_method_id,) = {m.id for m in called.methods}
    client.files.save_analysis(calling)
    assert stored_analysis(client, file) == calling
    client.files.save_analysis(an_analysis(called.file))
    assert client.entity_cross_ref.count(file_id=file.id) == 0
    with pytest.raises(ForeignKeyViolationError) as caught:
        client.files.save_analysis(calling)
    assert caught.value.table == "entity_cross_ref"


def test_what_was_saved_may_be_updated(client: DatabaseClient, file: File) -> None:
    """The saved objects know what is stored, of which only changes are sent."""
    analysis = an_analysis(file)
    client.files.save_analysis(analysis)
    client.files.update(analysis.file.id, lines=7)
    analysis.file.relative_path = "new"
    analysis.issues[0].description = "new"
    client.issues.update(analysis.issues[0])
    updated = client.files.update(analysis.file)
    assert updated and (updated.lines, updated.relative_path) == (7, "new")
    assert client.issues.get(analysis.issues[0].id) == analysis.issues[0]


def test_objects_of_a_user_survive(client: DatabaseClient, file: File) -> None:
    """A new analysis deletes what analyses have made; occurrences of duplicates, whose
    lines were those of the text before, go too."""
    client.files.save_analysis(an_analysis(file))
    note = client.repository(Note).create(file_id=file.id)
    duplicate = client.code_duplicates.create(
        project_id=file.project_id, duplicate_hash="d", similarity=1.0
    )
    place: Dict[str, Any] = {
        "duplicate_id": duplicate.id,
        "start_line": 1,
        "end_line": 2,
    }
    client.duplicate_occurrences.create(file_id=file.id, **place)
    client.files.save_analysis(an_analysis(file))
    assert client.repository(Note).get(note.id) == note
    assert client.duplicate_occurrences.count(file_id=file.id) == 0


def test_two_files_that_take_each_others_paths_change_nothing(
    client: DatabaseClient, project: Project
) -> None:
    """One would have to go before the other is there: it is refused as a whole, and
    done by way of a path that nobody has."""
    files = [File(project_id=project.id, path=path) for path in ("/a", "/b")]
    client.files.save_analyses(map(an_analysis, files))
    before = [stored_analysis(client, file) for file in files]
    one, other = (attrs.evolve(file) for file in files)
    one.path, other.path = "/b", "/a"
    with pytest.raises(UniqueViolationError, match="/[ab]|path") as caught:
        client.files.save_analyses([an_analysis(one), an_analysis(other)])
    assert caught.value.table == "files"
    assert [stored_analysis(client, file) for file in files] == before
    mine = {"project_id": project.id}
    assert {f.path: f.id for f in client.files.find(mine)} == {
        file.path: file.id for file in files
    }
    other.path = "/meanwhile"
    client.files.save_analysis(an_analysis(other))
    other.path = "/a"
    client.files.save_analyses([an_analysis(one), an_analysis(other)])
    assert {f.path: f.id for f in client.files.find(mine)} == {
        "/b": one.id,
        "/a": other.id,
    }
