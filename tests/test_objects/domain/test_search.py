"""The full-text search over the texts of a project, on every database."""

from __future__ import annotations

from typing import List

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.objects import (
    CodeContent,
    File,
    FileAnalysis,
    Function,
    Project,
)

TEXT = '''def load_config(path):
    """Read the settings."""
    return parse_settings(open(path))
'''


def analysed(project: Project, path: str, text: str = TEXT) -> FileAnalysis:
    """Return a file with its text, and with that of a function on line 11."""
    file = File(project_id=project.id, path=path)
    function = Function(file_id=file.id, name="load_config", line=11)
    return FileAnalysis(
        file=file,
        functions=[function],
        code_content=[
            CodeContent(file_id=file.id, entity_type="file", content="\n" * 10 + text),
            CodeContent(
                file_id=file.id,
                entity_type="function",
                entity_id=function.id,
                entity_name=function.name,
                content=text,
                docstring="Read the settings.",
            ),
        ],
    )


def kinds_found(client: DatabaseClient, project: Project, query: str) -> List[str]:
    """Return the kinds of what a query finds in a project, sorted."""
    hits = client.search(query, project_id=project.id)
    return sorted(hit.entity_type for hit in hits)


def test_hits_are_places_in_files(client: DatabaseClient, project: Project) -> None:
    """Each with the line of the file, whatever the text is of, and the words in it."""
    analysis = analysed(project, "/a.py")
    client.files.save_analysis(analysis)
    hits = client.search("parse settings", project_id=project.id)
    assert [hit.line for hit in hits] == [13, 13]
    assert {hit.entity_type for hit in hits} == {"file", "function"}
    for hit in hits:
        assert hit.file == analysis.file
        assert hit.text.strip() == "return parse_settings(open(path))"
        assert {hit.text[start:end] for start, end in hit.ranges} <= {
            "parse_settings",
            "parse",
            "settings",
        }
        assert isinstance(hit.rank, float)
    (function,) = client.search("settings", project_id=project.id, kinds=["function"])
    assert function.entity_id == analysis.functions[0].id
    assert function.entity_name == "load_config"
    assert function.content_id == analysis.code_content[1].id


def test_a_search_is_within_a_project_and_a_limit(
    client: DatabaseClient, project: Project
) -> None:
    """Without what is marked deleted; all projects where none is named."""
    word = f"word{new_id().hex}"
    other = client.projects.create(name="other", root_path=f"/other/{new_id()}")
    client.files.save_analyses(
        analysed(owner, path, f"{word} = 1")
        for owner in (project, other)
        for path in ("/a", "/b", "/c")
    )
    assert len(client.search(word)) == 12
    hits = client.code_content.search(word, project_id=other.id, kinds=["file"])
    assert {hit.file.project_id for hit in hits} == {other.id}
    assert len(hits) == 3
    assert len(client.search(word, limit=2)) == 2
    assert len(client.search(word, limit=9, offset=8)) == 4
    assert client.search(word, kinds=[]) == []
    client.files.mark_deleted(hits[0].file)
    assert len(client.search(word, project_id=other.id)) == 4


def test_the_index_follows_the_files(client: DatabaseClient, project: Project) -> None:
    """A new analysis, a purge."""
    analysis = analysed(project, "/a", "class OldName: pass")
    client.files.save_analysis(analysis)
    assert kinds_found(client, project, "old name") == ["file", "function"]
    client.files.save_analysis(analysed(project, "/a", "class NewName: pass"))
    assert kinds_found(client, project, "OldName") == []
    assert kinds_found(client, project, "NewName") == ["file", "function"]
    client.files.mark_deleted(*client.files.find(project_id=project.id))
    client.files.purge(project.id)
    assert kinds_found(client, project, "NewName") == []


@pytest.mark.parametrize(
    "query", ["", '"', "'; DROP TABLE files; --", "NEAR(", "a AND", "*", "-x", "%\0"]
)
def test_any_text_is_a_query(
    client: DatabaseClient, project: Project, query: str
) -> None:
    """None is an error."""
    assert client.search(query, project_id=project.id) == []
