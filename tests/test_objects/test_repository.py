"""The verbs of a repository, through a driver process on SQLite."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Callable, Dict, List

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import Class, File, Project
from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    GuardError,
    SchemaDefinitionError,
    UniqueViolationError,
    UnknownColumnError,
)

AddFiles = Callable[[int], List[File]]


# --- making and saving ---------------------------------------------------------------


def test_what_is_created_is_read_back_equal(
    client: DatabaseClient, project: Project
) -> None:
    """Every field, its type included, by the id as a value and as text."""
    assert client.projects.get(project.id) == project
    assert client.projects.get(str(project.id)) == project


def test_what_is_not_there_is_none(client: DatabaseClient) -> None:
    """Reading by an id that nothing has is no error."""
    assert client.files.get(new_id()) is None


def test_a_second_object_with_unique_fields_is_refused(
    client: DatabaseClient, project: Project
) -> None:
    """The database keeps what the class declares unique."""
    with pytest.raises(UniqueViolationError) as caught:
        client.projects.create(name="other", root_path=project.root_path)
    assert caught.value.table == "projects"


def test_an_object_of_nothing_is_refused(client: DatabaseClient) -> None:
    """The database keeps the references that the class declares."""
    client.projects.count()
    with pytest.raises(ForeignKeyViolationError):
        client.files.create(project_id=new_id(), path="/nowhere")


def test_create_many_stores_all_or_none(
    client: DatabaseClient, project: Project
) -> None:
    """One row that is refused undoes the others."""
    paths = ["/x", "/y", "/x"]
    with pytest.raises(UniqueViolationError):
        client.files.create_many({"project_id": project.id, "path": p} for p in paths)
    assert client.files.count(project_id=project.id) == 0
    assert client.files.create_many([]) == []


def test_get_or_create_creates_once(client: DatabaseClient) -> None:
    """The second call finds what the first created; its defaults do not matter."""
    root = f"/src/{new_id()}"
    first = client.projects.get_or_create({"name": "first"}, root_path=root)
    second = client.projects.get_or_create({"name": "second"}, root_path=root)
    assert first == second
    assert second.name == "first"


def test_get_or_create_of_many_at_once_gives_one_object(
    client: DatabaseClient,
) -> None:
    """Whoever loses the race gets the winner's object."""
    root, callers = f"/src/{new_id()}", 6
    barrier = Barrier(callers)

    def one(number: int) -> Project:
        """Ask for the project at the same time as the others."""
        barrier.wait(30)
        return client.projects.get_or_create({"name": str(number)}, root_path=root)

    with ThreadPoolExecutor(callers) as pool:
        ids = {project.id for project in pool.map(one, range(callers))}
    assert len(ids) == client.projects.count(root_path=root) == 1


def test_save_inserts_and_then_updates(
    client: DatabaseClient, project: Project
) -> None:
    """An object with the same key is the same object."""
    file = File(project_id=project.id, path="/a", lines=3)
    assert client.files.save(file) is file
    before = file.updated_at
    file.lines = 4
    client.files.save(file)
    assert client.files.find(project_id=project.id) == [file]
    assert file.updated_at > before


def test_a_field_can_be_cleared(client: DatabaseClient, file: File) -> None:
    """FAILURE 34: None and empty lists are written."""
    made = client.classes.create(
        file_id=file.id, name="A", line=1, docstring="Old.", bases=["B"]
    )
    made.docstring, made.bases = None, []
    client.classes.save(made)
    stored = client.classes.get(made.id)
    assert stored is not None
    assert (stored.docstring, stored.bases) == (None, [])
    client.classes.update(made, bases=None)
    emptied = client.classes.get(made.id)
    assert emptied == made and made.bases is None


def test_save_many_saves_new_and_old_ones(
    client: DatabaseClient, add_files: AddFiles, project: Project
) -> None:
    """All or none, in one call."""
    files = add_files(3)
    for file in files:
        file.lines = 100
    files.append(File(project_id=project.id, path="/new", lines=100))
    assert client.files.save_many(files) == files
    assert client.files.count(project_id=project.id, lines=100) == 4


def test_save_does_not_take_over_another_objects_place(
    client: DatabaseClient, file: File
) -> None:
    """A conflict on another key than the object's own is an error."""
    with pytest.raises(UniqueViolationError):
        client.files.save(File(project_id=file.project_id, path=file.path))


# --- changing ------------------------------------------------------------------------


def test_update_changes_what_is_named_only(client: DatabaseClient, file: File) -> None:
    """Another client's change of another field stays."""
    client.files.update(file.id, lines=7)
    updated = client.files.update(file, content_hash="abc")
    assert updated == client.files.get(file.id)
    assert updated is not None and updated.lines == 7
    assert (file.content_hash, file.lines) == ("abc", None)
    assert file.updated_at == updated.updated_at > file.created_at


def test_update_of_what_is_gone_is_none(client: DatabaseClient, file: File) -> None:
    """No object is made by an update."""
    client.files.delete(file)
    assert client.files.update(file, lines=1) is None
    assert file.lines is None


def test_update_of_an_unknown_field_is_refused(
    client: DatabaseClient, file: File
) -> None:
    """What is near to it is named."""
    with pytest.raises(UnknownColumnError, match="did you mean 'lines'"):
        client.files.update(file, line=1)


# --- deleting ------------------------------------------------------------------------


def test_delete_takes_what_belongs_along(client: DatabaseClient, file: File) -> None:
    """A file's classes go with it; a second delete finds nothing."""
    client.classes.create(file_id=file.id, name="A", line=1)
    assert client.files.delete(file) is True
    assert client.classes.count(file_id=file.id) == 0
    assert client.files.delete(file.id) is False


def test_delete_where_needs_a_condition(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """Everything is deleted only when that is asked for."""
    add_files(3)
    with pytest.raises(GuardError):
        client.files.delete_where()
    found = client.files.delete_where({"lines": {"gt": 1}}, project_id=project.id)
    assert found == 2
    assert client.files.count(project_id=project.id) == 1


# --- finding -------------------------------------------------------------------------


def test_conditions_as_keywords_and_as_a_dict_are_joined(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """The whole grammar works in both forms."""
    files = add_files(5)
    of_project: Dict[str, Any] = {"project_id": project.id}
    assert client.files.find(of_project, lines={"between": [2, 3]}) == files[1:3]
    assert client.files.find({"or": [{"lines": 1}, {"lines": 5}]}, **of_project) == [
        files[0],
        files[4],
    ]
    assert client.files.find(of_project, path={"endswith": "004.py"}) == files[4:]
    assert client.files.find(id=[file.id for file in files[:2]]) == files[:2]


def test_order_limit_and_offset(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """Pages of an ordered result."""
    files = add_files(5)
    page = client.files.find(
        project_id=project.id, order_by=[("lines", "DESC")], limit=2, offset=1
    )
    assert page == [files[3], files[2]]


def test_first_is_the_oldest_unless_an_order_is_given(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """Ids are ordered by time."""
    files = add_files(3)
    assert client.files.first(project_id=project.id) == files[0]
    last = client.files.first(project_id=project.id, order_by=[("lines", "DESC")])
    assert last == files[2]
    assert client.files.first(project_id=new_id()) is None


def test_count_and_exists(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """How many, and whether any."""
    add_files(3)
    assert client.files.count({"lines": {"gte": 2}}, project_id=project.id) == 2
    assert client.files.exists(project_id=project.id, lines=3) is True
    assert client.files.exists(project_id=project.id, lines=4) is False


def test_an_unknown_field_in_a_condition_is_refused(client: DatabaseClient) -> None:
    """Never an empty result."""
    with pytest.raises(UnknownColumnError, match="nmae"):
        client.classes.find(nmae="A")


def test_a_class_that_is_not_mapped_has_no_repository(client: DatabaseClient) -> None:
    """What to do is said."""
    with pytest.raises(SchemaDefinitionError, match="put @mapped"):
        client.repository(int)


def test_any_mapped_class_has_a_repository(client: DatabaseClient, file: File) -> None:
    """The attributes of the client are repositories like any other."""
    made = client.repository(Class).create(file_id=file.id, name="A", line=1)
    assert client.classes.get(made.id) == made
