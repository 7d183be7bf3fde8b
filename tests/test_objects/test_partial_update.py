"""An update without names sends what differs from what was read or saved last."""

from __future__ import annotations

import copy
import pickle
from typing import Any, Callable, Dict, Iterator, List

import attrs
import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import utc_now
from code_analysis_db.client.object_mapper import mapper_of
from code_analysis_db.client.objects import File
from code_analysis_db.client.repository import Repository
from code_analysis_db.exceptions import InvalidRequestError

from .own_classes import Comment, Event, Setting, Status, Ticket


@pytest.fixture
def tickets(driver: DriverProcess) -> Iterator[Repository[Ticket]]:
    """Return the tickets, of which there are none."""
    with driver.client() as connected:
        repository = connected.repository(Ticket)
        repository.delete_where(all_rows=True)
        yield repository


@pytest.fixture
def ticket(tickets: Repository[Ticket]) -> Ticket:
    """Return a ticket that is stored."""
    return tickets.create(board="a", number=1, title="first", labels=["a"])


Read = Callable[[Repository[Ticket], Ticket], Ticket]

READS: Dict[str, Read] = {
    "created": lambda tickets, ticket: ticket,
    "saved": lambda tickets, ticket: tickets.save(ticket),
    "got": lambda tickets, ticket: tickets.get(ticket.id) or ticket,
    "found": lambda tickets, ticket: tickets.find()[0],
    "first": lambda tickets, ticket: tickets.first() or ticket,
    "streamed": lambda tickets, ticket: list(tickets.find_iter())[0],
    "updated": lambda tickets, ticket: tickets.update(ticket.id, number=5) or ticket,
    "got or created": lambda tickets, ticket: tickets.get_or_create(board="a"),
}


@pytest.mark.parametrize("how", READS)
def test_what_has_not_changed_is_not_sent(
    tickets: Repository[Ticket], ticket: Ticket, how: str
) -> None:
    """Others' changes of other fields stay, however the object was come by."""
    mine = READS[how](tickets, ticket)
    tickets.update(ticket.id, text="theirs", status=Status.DONE)
    mine.title = "mine"
    stored = tickets.update(mine)
    assert stored is not None and stored == tickets.get(ticket.id)
    assert (stored.title, stored.text, stored.status) == ("mine", "theirs", Status.DONE)
    assert (mine.title, mine.updated_at) == ("mine", stored.updated_at)


def test_nothing_is_written_for_nothing(client: DatabaseClient, file: File) -> None:
    """The object as it is stored comes back, its time of update as it was."""
    before = client.files.update(file.id, lines=7)
    assert client.files.update(file) == before == client.files.get(file.id)


def test_what_was_sent_is_not_sent_again(
    tickets: Repository[Ticket], ticket: Ticket
) -> None:
    """An update is a save of what it sends, with names and without."""
    ticket.title, ticket.text = "mine", "mine"
    tickets.update(ticket, title="mine")
    tickets.update(ticket.id, title="theirs")
    stored = tickets.update(ticket)
    assert stored is not None and (stored.title, stored.text) == ("theirs", "mine")
    tickets.update(ticket.id, text="theirs")
    stored = tickets.update(ticket)
    assert stored is not None and stored.text == "theirs"


CHANGES: List[Callable[[Ticket], Any]] = [
    lambda ticket: ticket.labels.append("b"),
    lambda ticket: ticket.labels.clear(),
    lambda ticket: ticket.comments.append(Comment("x", ticket.id, utc_now())),
    lambda ticket: ticket.extra.update(a=1),
    lambda ticket: setattr(ticket, "due", utc_now().date()),
    lambda ticket: setattr(ticket, "priority", None),
]


@pytest.mark.parametrize("change", CHANGES)
def test_changes_inside_of_lists_and_dicts_are_sent(
    tickets: Repository[Ticket], ticket: Ticket, change: Callable[[Ticket], Any]
) -> None:
    """A list that was appended to in place differs from the stored one."""
    found = tickets.find()[0]
    change(found)
    tickets.update(found)
    assert tickets.get(ticket.id) == found


def test_of_an_untyped_dict_it_is_not_known(
    tickets: Repository[Ticket], ticket: Ticket
) -> None:
    """It is sent to be sure, since what was read is what its owner may change."""
    mapper = mapper_of(Ticket)
    (found,) = tickets.find()
    assert list(mapper.differences(found)) == ["extra"]
    found.extra["deep"] = [1]
    tickets.update(found)
    found.extra["deep"].append(2)
    tickets.update(found)
    assert tickets.get(ticket.id) == found


def test_what_is_gone_is_none(tickets: Repository[Ticket], ticket: Ticket) -> None:
    """With a change and without."""
    tickets.delete(ticket)
    assert tickets.update(ticket) is None
    ticket.title = "mine"
    assert tickets.update(ticket) is None


STRANGERS: Dict[str, Callable[[Ticket], Ticket]] = {
    "made by hand": lambda ticket: Ticket(board="a", number=1, title="x"),
    "evolved": lambda ticket: attrs.evolve(ticket, title="x"),
    "copied": copy.copy,
    "pickled": lambda ticket: pickle.loads(pickle.dumps(ticket)),
}


@pytest.mark.parametrize("how", STRANGERS)
def test_of_what_was_neither_read_nor_saved_nothing_is_guessed(
    tickets: Repository[Ticket], ticket: Ticket, how: str
) -> None:
    """The error says what to do; naming the changes and saving work."""
    stranger = STRANGERS[how](ticket)
    with pytest.raises(InvalidRequestError, match="name the changes, or save it"):
        tickets.update(stranger)
    assert type(stranger) is Ticket
    tickets.update(stranger, title="y")
    with pytest.raises(InvalidRequestError, match="name the changes"):
        tickets.update(stranger)


def test_a_key_needs_names(tickets: Repository[Ticket], ticket: Ticket) -> None:
    """Of a key alone there is nothing to send."""
    with pytest.raises(InvalidRequestError, match="no change of it is named"):
        tickets.update(ticket.id)


def test_objects_with_a_dict_know_it_too(client: DatabaseClient) -> None:
    """Slots or not, the attributes are the class's own."""
    settings = client.repository(Setting)
    made = settings.create(name=str(utc_now()), value="a")
    assert vars(made) == {"name": made.name, "_value": "a"}
    made._value = "b"
    settings.update(made)
    assert settings.get(made.name) == Setting(made.name, "b")


def test_an_unchanged_frozen_object_is_read(client: DatabaseClient) -> None:
    """It cannot differ."""
    events = client.repository(Event)
    made = events.create(name="a")
    assert events.update(made) == made
