"""The search for definitions by name, and classes with their methods."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import (
    ClassStructure,
    File,
    Project,
)

NAMES = ["HttpClient", "httpd", "MyHttp", "Ht_p", "Ht%p", "h\\t", "[a]"]

PATTERNS = [
    ("Http*", False, ["HttpClient", "httpd"]),
    ("Http*", True, ["HttpClient"]),
    ("*http", False, ["MyHttp"]),
    ("http", False, ["HttpClient", "MyHttp", "httpd"]),
    ("Http", True, ["HttpClient", "MyHttp"]),
    ("Ht?p", True, ["Ht%p", "Ht_p"]),
    ("Ht%p", False, ["Ht%p"]),
    ("ht_p*", False, ["Ht_p"]),
    ("\\", False, ["h\\t"]),
    ("[a]", False, ["[a]"]),
    ("HttpClient?", False, []),
    ("'; DROP TABLE classes; --", False, []),
    ("*", True, sorted(NAMES)),
]


@pytest.fixture
def named(client: DatabaseClient, file: File) -> File:
    """Return a file that has a class of each name, with a method of that name, and a
    function."""
    classes = client.classes.create_many(
        {"file_id": file.id, "name": name, "line": line}
        for line, name in enumerate(NAMES)
    )
    client.methods.create_many(
        {"class_id": cls.id, "name": cls.name, "line": cls.line} for cls in classes
    )
    client.functions.create_many(
        {"file_id": file.id, "name": cls.name, "line": cls.line} for cls in classes
    )
    return file


@pytest.mark.parametrize(("pattern", "case_sensitive", "names"), PATTERNS)
def test_definitions_are_found_by_pattern(
    client: DatabaseClient,
    named: File,
    pattern: str,
    case_sensitive: bool,
    names: List[str],
) -> None:
    """The same for all kinds, on every database, in the order of the names."""
    found: List[List[str]] = [
        [
            definition.name
            for definition in repository.search(
                pattern, project_id=named.project_id, case_sensitive=case_sensitive
            )
        ]
        for repository in (client.classes, client.methods, client.functions)
    ]
    assert found == [sorted(names)] * 3


def test_a_search_is_within_what_is_there(
    client: DatabaseClient, project: Project, named: File
) -> None:
    """Of one project or of all, without what is marked deleted, up to a limit."""
    other = client.projects.create(name="other", root_path=f"/other/{new_id()}")
    file = client.files.create(project_id=other.id, path="/a")
    unique = f"Only{new_id().hex}"
    client.classes.create(file_id=file.id, name=unique, line=1)
    assert [cls.name for cls in client.classes.search(unique)] == [unique]
    assert client.classes.search(unique, project_id=project.id) == []
    assert len(client.methods.search("*", project_id=project.id, limit=2)) == 2
    client.projects.mark_deleted(other)
    assert client.classes.search(unique) == []
    client.files.mark_deleted(named)
    assert client.methods.search("*", project_id=project.id) == []


def test_a_class_comes_with_its_methods(client: DatabaseClient, file: File) -> None:
    """In the order of the lines; none for one that is gone."""
    found = client.classes.create(file_id=file.id, name="A", line=1)
    late, early = client.methods.create_many(
        {"class_id": found.id, "name": "run", "line": line} for line in (9, 2)
    )
    structure = ClassStructure(definition=found, methods=[early, late])
    assert client.classes.with_methods(found) == structure
    assert client.classes.with_methods(str(found.id)) == structure
    assert client.classes.with_methods(new_id()) is None
