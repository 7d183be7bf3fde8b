"""The tables of classes follow the classes by ``client.sync``, and only by it."""

from __future__ import annotations

from typing import Annotated, Any, Dict, Iterator, List, Optional
from uuid import UUID

import attrs
import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import (
    ForeignKey,
    Index,
    PrimaryKey,
    RenamedFrom,
    mapped,
    new_id,
)
from code_analysis_db.client.mapping.table_model import table_model
from code_analysis_db.client.objects import STORED_CLASSES, Project
from code_analysis_db.exceptions import UnknownColumnError, UnknownTableError

from .own_classes import Counter, Event, Setting, Ticket


@mapped("notes")
@attrs.define(kw_only=True)
class Note:
    """As it was first."""

    text: str
    old_name: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


@mapped("notes", indexes=[Index(["name"])])
@attrs.define(kw_only=True)
class NewerNote:
    """As it is now: renamed, indexed, with two more fields."""

    text: str
    name: Annotated[Optional[str], RenamedFrom("old_name")] = None
    stars: int = 3
    project_id: Annotated[Optional[UUID], ForeignKey(Project)] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


@mapped("notes")
@attrs.define(kw_only=True)
class SmallerNote:
    """With less than there is."""

    text: str
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


@pytest.fixture
def client(fresh_driver: DriverProcess) -> Iterator[DatabaseClient]:
    """Return a client of a database without tables."""
    with fresh_driver.client() as connected:
        yield connected


def requests_of(client: DatabaseClient, monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """Return the list that the names of all requests from now on appear in."""
    names: List[str] = []
    caller: Any = client._caller
    call = caller.call

    def note(request: Any, *args: Any, **kwargs: Any) -> Any:
        """Note a request and send it."""
        names.append(request.name)
        return call(request, *args, **kwargs)

    monkeypatch.setattr(client.rpc, "_perform", note)
    return names


def test_missing_tables_come_with_one_message(
    client: DatabaseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where they are there, the question is all."""
    sent = requests_of(client, monkeypatch)
    client.files.count()
    assert sent == ["list_tables", "sync_schema", "count"]
    assert len(client.rpc.list_tables()) == len(STORED_CLASSES)
    with DatabaseClient.connect(client.endpoint) as other:
        sent = requests_of(other, monkeypatch)
        other.files.count()
        other.classes.count()
        assert sent == ["list_tables", "count", "count"]


def test_a_sync_makes_the_tables_and_a_second_one_nothing(
    client: DatabaseClient,
) -> None:
    """Of just these classes, with every kind of column and constraint."""
    classes = (Ticket, Counter, Event, Setting)
    names = sorted(table_model(cls).name for cls in classes)
    planned = client.sync(*classes, dry_run=True)
    assert sorted(planned["created_tables"]) == names
    assert client.rpc.list_tables() == []
    assert sorted(client.sync(*classes)["created_tables"]) == names
    again = client.sync(*classes)
    assert (again["changed"], again["left"]) == (False, [])
    assert client.repository(Ticket).count() == 0
    assert client.rpc.list_tables() == names


def test_a_table_follows_its_class(client: DatabaseClient) -> None:
    """Columns are renamed, added and indexed; what is referred to comes along; other
    tables and the rows stay."""
    note = client.repository(Note).create(text="a", old_name="b")
    client.repository(Counter).create(name="kept")
    report = client.sync(NewerNote)
    assert report["modified_tables"] == ["notes"]
    assert report["created_tables"] == ["projects"]
    newer = client.repository(NewerNote)
    assert newer.get(note.id) == NewerNote(id=note.id, text="a", name="b", stars=3)
    assert client.repository(Counter).count(name="kept") == 1
    assert client.sync(NewerNote)["changed"] is False


def test_nothing_is_lost_unless_that_is_asked_for(client: DatabaseClient) -> None:
    """A column that the class no longer has is left, and told."""
    client.repository(Note).create(text="a", old_name="b")
    report = client.sync(SmallerNote)
    assert report["changed"] is False and len(report["left"]) == 1
    smaller = client.repository(SmallerNote)
    smaller.create(text="c")
    assert {note.text for note in smaller.find()} == {"a", "c"}
    client.sync(SmallerNote, allow_destructive=True)
    columns = [column["name"] for column in client.rpc.get_table_info("notes")]
    assert sorted(columns) == ["id", "text"]


def test_first_use_changes_no_table_that_is_there(client: DatabaseClient) -> None:
    """A class that is ahead of its table is told what it lacks."""
    client.repository(Note).create(text="a")
    with pytest.raises(UnknownColumnError, match="name"):
        client.repository(NewerNote).find()
    client.sync(NewerNote)
    assert client.repository(NewerNote).count(name=None) == 1


def test_a_class_behind_its_table_works(client: DatabaseClient) -> None:
    """FAILURE 34: what it does not know stays as it is."""
    client.sync(NewerNote)
    newer = client.repository(NewerNote)
    made = newer.create(text="a", name="b", stars=5)
    client.sync(SmallerNote)
    smaller = client.repository(SmallerNote)
    (found,) = smaller.find()
    found.text = "c"
    smaller.save(found)
    made.text = "c"
    assert newer.get(made.id) == made


def test_the_librarys_own_tables_are_the_default(client: DatabaseClient) -> None:
    """No class means all objects of code analysis."""
    created: Dict[str, Any] = client.sync()
    names = {table_model(cls).name for cls in STORED_CLASSES}
    assert set(created["created_tables"]) == names
    assert client.sync()["changed"] is False


def test_a_dry_run_makes_nothing_ready(client: DatabaseClient) -> None:
    """The tables are looked for when they are used."""
    client.sync(Counter, dry_run=True)
    with pytest.raises(UnknownTableError):
        client.rpc.count("counters")
    assert client.repository(Counter).count() == 0
