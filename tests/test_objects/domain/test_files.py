"""The operations of files, on every database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable, List

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.domain import file_purge
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import (
    ClassStructure,
    File,
    FileAnalysis,
    FileChanges,
    FileStructure,
    IndexingError,
    Project,
)
from code_analysis_db.client.steps import Call

from .conftest import AddFile
from .sample_analysis import an_analysis


def test_a_file_is_found_by_its_path(client: DatabaseClient, add_file: AddFile) -> None:
    """Within its project only, marked deleted or not."""
    file = add_file("a.py")
    assert client.files.get_by_path(file.project_id, file.path) == file
    assert client.files.get_by_path(str(file.project_id), "/none") is None
    assert client.files.get_by_path(new_id(), file.path) is None
    client.files.mark_deleted(file)
    assert client.files.get_by_path(file.project_id, file.path) == file


def test_files_are_marked_and_restored(
    client: DatabaseClient, add_file: AddFile
) -> None:
    """Each once, given themselves or by their keys; the objects know of it."""
    files = [add_file(f"{number}.py") for number in range(3)]
    assert client.files.mark_deleted() == 0
    assert client.files.mark_deleted(files[0], files[1].id, new_id()) == 2
    assert files[0].deleted is True
    assert client.files.mark_deleted(*files) == 1
    assert client.files.find(id=files[0].id) == [files[0]]
    assert client.files.restore(*files) == 3
    stored = client.files.find(project_id=files[0].project_id, order_by="path")
    assert [file.deleted for file in stored] == [False] * 3
    assert client.files.get(files[1].id) == files[1]


def test_purging_deletes_what_is_marked(
    client: DatabaseClient,
    project: Project,
    add_file: AddFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In pieces, with all that belongs to a file; other files stay."""
    monkeypatch.setattr(file_purge, "_PIECE", 2)
    files = [add_file(f"{number}.py") for number in range(6)]
    for file in files:
        error = IndexingError(project_id=project.id, file_path=file.path)
        analysis = an_analysis(file)
        analysis.error = error
        client.files.save_analysis(analysis)
    client.files.mark_deleted(*files[:5])
    assert client.files.purge(project.id, older_than=timedelta(hours=1)) == 0
    assert client.files.purge(new_id()) == 0
    assert client.files.purge(project.id) == 5
    assert client.files.find(project_id=project.id) == [files[5]]
    keys = [file.id for file in files[:5]]
    assert client.usages.count(file_id=keys) == 0
    assert client.code_chunks.count(project_id=project.id) == 1
    assert client.indexing_errors.count(project_id=project.id) == 1


def test_what_needs_an_analysis(client: DatabaseClient, add_file: AddFile) -> None:
    """By the digest where there is one, else by the time of modification."""
    seen = {"last_modified": 1.1, "content_hash": "h"}
    same, touched, edited, newer, no_hash, back, gone, long_gone = (
        add_file(name, **seen)
        for name in (
            "same",
            "touched",
            "edited",
            "newer",
            "nohash",
            "back",
            "gone",
            "z",
        )
    )
    client.files.mark_deleted(back, long_gone)
    states = {
        same.path: (1.1, "h"),
        touched.path: (2.0, "h"),
        edited.path: (1.1, "other"),
        newer.path: (2.0, None),
        no_hash.path: (1.1, None),
        back.path: (1.1, "h"),
        "/new": (1.1, "h"),
    }
    changes = client.files.needing_analysis(same.project_id, states)
    back.deleted = False
    assert changes.new == ["/new"]
    assert changes.gone == [gone]
    assert {file.path: file for file in changes.changed} == {
        file.path: file for file in (edited, newer, back)
    }
    client.files.save_analysis(FileAnalysis(file=changes.changed[0]))
    assert client.files.needing_analysis(new_id(), {}) == FileChanges()


def test_times_of_modification_are_kept_to_the_bit(
    client: DatabaseClient, add_file: AddFile
) -> None:
    """FAILURE 21: files that did not change looked changed at every scan."""
    times = [0.1 + 0.2, 1.7e9 + 1 / 3, 2.0**-40, 0.0]
    states = {
        add_file(str(time), last_modified=time).path: (time, None) for time in times
    }
    (file,) = client.files.find(path=next(iter(states)))
    assert client.files.needing_analysis(file.project_id, states) == FileChanges()


def test_pending_files_come_oldest_first(
    client: DatabaseClient, project: Project, add_file: AddFile
) -> None:
    """A few at a time; one whose analysis failed goes to the end of the queue."""
    first, second, done, third = (add_file(name) for name in "abcd")
    client.files.update(done, content_hash="h")
    client.files.mark_deleted(third)
    assert client.files.pending(project.id) == [first, second]
    assert client.files.pending(project.id, limit=1) == [first]
    client.files.save_analysis(FileAnalysis(file=first))
    assert client.files.pending(project.id) == [second, first]


def test_the_structure_of_a_file(client: DatabaseClient, file: File) -> None:
    """A tree of objects, each kind by its lines; empty for an empty file."""
    assert client.files.structure(file) == FileStructure(file=file)
    analysis = an_analysis(file, "Z")
    later = an_analysis(file, "A")
    later.classes[0].line = 90
    later.methods[0].line = 95
    later.functions[0].line = 99
    analysis.classes = later.classes + analysis.classes
    analysis.methods = later.methods + analysis.methods
    analysis.functions = later.functions + analysis.functions
    client.files.save_analysis(analysis)
    assert client.files.structure(file.id) == FileStructure(
        file=file,
        imports=analysis.imports,
        classes=[
            ClassStructure(
                definition=analysis.classes[i], methods=[analysis.methods[i]]
            )
            for i in (1, 0)
        ],
        functions=[analysis.functions[1], analysis.functions[0]],
    )
    assert client.files.structure(new_id()) is None


def test_the_statistics_of_a_file(client: DatabaseClient, file: File) -> None:
    """Counted by the database; nothing there is counted as nothing."""
    file.lines = 12
    analysis = an_analysis(file)
    analysis.functions[0].docstring = "Start."
    client.files.save_analysis(analysis)
    figures = client.files.statistics(file)
    assert figures is not None
    assert (figures.lines, figures.classes, figures.methods) == (12, 1, 1)
    assert (figures.functions, figures.imports, figures.usages) == (1, 1, 1)
    assert figures.issues_by_type == {"long": 1, "missing_docstring": 1}
    assert figures.issues == 2
    assert figures.missing_docstrings == 2
    assert figures.average_complexity == 2.5
    assert figures.highest_complexity == 3
    client.files.save_analysis(FileAnalysis(file=file))
    empty = client.files.statistics(file.id)
    assert empty is not None
    assert (empty.classes, empty.average_complexity, empty.lines) == (0, None, 12)
    assert client.files.statistics(new_id()) is None


OPERATIONS: List[Callable[[DatabaseClient, File], object]] = [
    lambda client, file: client.files.statistics(file),
    lambda client, file: client.files.structure(file),
    lambda client, file: client.files.get_by_path(file.project_id, file.path),
    lambda client, file: client.files.save_analysis(an_analysis(file)),
    lambda client, file: client.files.mark_deleted(file, file.id),
    lambda client, file: client.files.needing_analysis(new_id(), {file.path: (1, "")}),
    lambda client, file: client.files.pending(file.project_id),
    lambda client, file: client.projects.statistics(file.project_id),
    lambda client, file: client.classes.with_methods(new_id()),
    lambda client, file: client.methods.search("*", project_id=file.project_id),
    lambda client, file: client.code_duplicates.similar(file.project_id),
    lambda client, file: client.code_chunks.without_vector(file.project_id),
]


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_an_operation_is_one_message(
    client: DatabaseClient, file: File, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much it asks for: the answer is of one moment."""
    calls: List[Call[Any]] = []
    perform = client.rpc.perform

    def counted(call: Call[Any]) -> Any:
        """Keep the call, and have it done."""
        calls.append(call)
        return perform(call)

    monkeypatch.setattr(client.rpc, "perform", counted)
    OPERATIONS[number](client, file)
    assert len(calls) == 1
