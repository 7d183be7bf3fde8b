"""A user's own classes: every kind of column, key and constraint, on SQLite."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Iterator

import attrs
import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import new_id, utc_now
from code_analysis_db.exceptions import (
    CheckViolationError,
    InvalidValueError,
    UniqueViolationError,
)

from .own_classes import (
    Comment,
    Counter,
    Event,
    Priority,
    Setting,
    Status,
    Ticket,
)


@pytest.fixture
def client(driver: DriverProcess) -> Iterator[DatabaseClient]:
    """Return a client whose own objects are gone after the test."""
    with driver.client() as connected:
        yield connected
        for cls in (Ticket, Counter, Event, Setting):
            connected.repository(cls).delete_where(all_rows=True)


def a_ticket(number: int = 1, **fields: Any) -> Ticket:
    """Return a ticket that is not stored."""
    return Ticket(**{"board": "a", "number": number, "title": "It fails.", **fields})


def test_every_kind_of_value_is_stored(client: DatabaseClient) -> None:
    """Enums, nested objects with dates and decimals, tuples, all in one object."""
    tickets = client.repository(Ticket)
    answer = Comment("No.", new_id(), utc_now(), Status.DONE)
    ticket = a_ticket(
        status=Status.DONE,
        priority=Priority.HIGH,
        kind="wish",
        cost=Decimal("12.50"),
        due=date(2030, 1, 2),
        picture=b"\0\xff",
        labels=["a", ""],
        comments=[Comment("Why?", new_id(), utc_now(), answers=[answer])],
        size=(3, 4),
        extra={"deep": [{"a": None}]},
    )
    tickets.save(ticket)
    stored = tickets.get(ticket.id)
    assert stored == ticket and stored is not ticket
    assert stored is not None and type(stored.comments[0].answers[0]) is Comment
    assert client.rpc.select("tickets", columns=["status", "priority"]) == [
        {"status": "done", "priority": 2}
    ]


def test_conditions_take_members_of_enums(client: DatabaseClient) -> None:
    """In keywords, in dicts and in lists."""
    tickets = client.repository(Ticket)
    done = tickets.save(a_ticket(status=Status.DONE, priority=Priority.HIGH))
    tickets.save(a_ticket(2))
    assert tickets.find(status=Status.DONE) == [done]
    assert tickets.find({"or": [{"priority": {"gte": Priority.HIGH}}]}) == [done]
    assert tickets.count(status=[Status.DONE, Status.OPEN]) == 2
    assert tickets.update(done.id, status=Status.OPEN) == tickets.get(done.id)


def test_objects_refer_to_others_of_their_class(client: DatabaseClient) -> None:
    """The reference goes with its target, as declared."""
    tickets = client.repository(Ticket)
    parent, child = tickets.save_many([first := a_ticket(), a_ticket(2)])
    tickets.update(child, parent_id=first.id)
    assert tickets.find(parent_id=parent.id) == [tickets.get(child.id)]
    tickets.delete(parent)
    assert tickets.find(parent_id=None) == [tickets.get(child.id)]


def test_constraints_are_the_databases(client: DatabaseClient) -> None:
    """Groups of unique columns and checks."""
    tickets = client.repository(Ticket)
    tickets.save(a_ticket())
    with pytest.raises(UniqueViolationError):
        tickets.save(a_ticket())
    with pytest.raises(CheckViolationError):
        tickets.save(a_ticket(0))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "opne"}, "'opne' is not a valid Status"),
        ({"kind": "bgu"}, r"expected one of \['bug', 'wish'\], got 'bgu'"),
        ({"labels": ["a", 5]}, "expected str, got 5"),
        ({"labels": "ab"}, "expected list, got"),
        ({"size": (1, 2, 3)}, "size"),
        ({"comments": [{"text": "x"}]}, "comments"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    client: DatabaseClient, fields: Any, said: str
) -> None:
    """The mistake is named where it is made, not by the next reader."""
    tickets = client.repository(Ticket)
    with pytest.raises(InvalidValueError, match=said) as caught:
        tickets.save(a_ticket(**fields))
    assert (caught.value.table, caught.value.column) == ("tickets", next(iter(fields)))
    assert tickets.count() == 0


def test_a_member_may_be_given_by_its_value(client: DatabaseClient) -> None:
    """As values that came from elsewhere are."""
    tickets = client.repository(Ticket)
    made = tickets.create(board="a", number=1, title="x", status="done")
    stored = tickets.get(made.id)
    assert stored is not None and stored.status is Status.DONE


def test_a_stored_value_that_is_no_member_is_named(client: DatabaseClient) -> None:
    """FAILURE 34, for enums."""
    ticket = client.repository(Ticket).save(a_ticket())
    client.rpc.update("tickets", {"id": ticket.id}, {"status": "lost"})
    with pytest.raises(InvalidValueError, match="column 'status': 'lost' is not") as e:
        client.repository(Ticket).get(ticket.id)
    assert str(ticket.id) in str(e.value)


def test_the_database_numbers_keys(client: DatabaseClient) -> None:
    """Objects have their keys when they are stored, however that is done."""
    counters = client.repository(Counter)
    first = counters.create(name="a")
    assert first.id is not None and counters.get(first.id) == first
    more = counters.create_many([{"name": "b"}, {"name": "c"}])
    assert [counter.id for counter in more] == [first.id + 1, first.id + 2]
    saved = counters.save(Counter("d"))
    assert saved.id == first.id + 3
    first.value = 7
    mixed = counters.save_many([Counter("e"), first, Counter("f")])
    assert [c.id for c in mixed] == [first.id + 4, first.id, first.id + 5]
    assert counters.find(order_by="id") == [first, *more, saved, mixed[0], mixed[2]]
    assert counters.get_or_create(name="f") == mixed[2]
    assert counters.save_many([]) == []


def test_a_failed_save_of_new_and_old_ones_saves_none(client: DatabaseClient) -> None:
    """All or none, though it is two operations."""
    counters = client.repository(Counter)
    old = counters.create(name="a")
    old.value = 5
    with pytest.raises(UniqueViolationError):
        counters.save_many([old, Counter("b"), Counter("b")])
    assert [c.value for c in counters.find()] == [0]


def test_frozen_objects_stay_as_they_are(client: DatabaseClient) -> None:
    """Saving and updating return the object as it is stored."""
    events = client.repository(Event)
    given = Event(name="start")
    saved = events.save(given)
    assert given.id is None and saved.id is not None
    assert events.get(saved.id) == saved
    assert saved.seen_at > given.seen_at
    updated = events.update(saved, name="stop")
    assert (saved.name, updated) == ("start", events.get(saved.id))
    made = events.create(name="made")
    assert events.find(name="made") == [made] and made.id is not None
    assert events.save(attrs.evolve(made, name="other")) != made


def test_a_text_may_be_the_key(client: DatabaseClient) -> None:
    """And attributes may be private."""
    settings = client.repository(Setting)
    made = settings.create(name="colour", value="red")
    assert settings.get("colour") == made
    assert settings.find(_value="red") == [made]
    assert settings.update("colour", _value="blue") == Setting("colour", "blue")


def test_a_row_that_the_class_refuses_is_named(client: DatabaseClient) -> None:
    """A validator's word on what is stored."""
    settings = client.repository(Setting)
    settings.save_many([Setting("a", "x"), Setting("b", "x")])
    client.rpc.update("settings", {"name": "b"}, {"_value": ""})
    with pytest.raises(InvalidValueError, match="row name='b': 'Setting' refuses it"):
        settings.find()
