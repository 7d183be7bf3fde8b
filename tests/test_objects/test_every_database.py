"""Objects are the same on every database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Dict, Iterator, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.mapping import new_id, utc_now
from code_analysis_db.exceptions import CheckViolationError, UniqueViolationError

from ..servers.servers import Servers
from .own_classes import (
    Comment,
    Counter,
    Event,
    Priority,
    Setting,
    Status,
    Ticket,
)
from .sample import SAMPLES, Sample

CLASSES = (Ticket, Counter, Event, Setting, Sample)


@pytest.fixture(scope="module", params=["sqlite", *Servers.kinds])
def client(
    request: pytest.FixtureRequest,
    servers: Servers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[DatabaseClient]:
    """Return a client of a driver of each kind, the tables being there."""
    kind: str = request.param
    config: Dict[str, Any] = {
        "type": "sqlite",
        "config": {"path": str(tmp_path_factory.mktemp("objects") / "objects.db")},
    }
    if kind != "sqlite":
        config = servers.new_config(kind)
    with DriverProcess(config) as connected:
        connected.sync(*CLASSES)
        yield connected
    if kind != "sqlite":
        servers.drop(config)


@pytest.fixture(autouse=True)
def nothing_is_stored(client: DatabaseClient) -> None:
    """Begin each test with empty tables."""
    for cls in CLASSES:
        client.repository(cls).delete_where(all_rows=True)


def test_a_second_sync_changes_nothing(client: DatabaseClient) -> None:
    """Every declaration is what the database then says of itself."""
    again = client.sync(*CLASSES)
    assert (again["changed"], again["left"], again["errors"]) == (False, [], [])


def test_every_kind_of_value_comes_back(client: DatabaseClient) -> None:
    """Enums, nested objects, decimals with their digits, tuples."""
    tickets = client.repository(Ticket)
    ticket = Ticket(
        board="a",
        number=1,
        title="Größe 😀",
        status=Status.DONE,
        priority=Priority.LOW,
        cost=Decimal("12.50"),
        due=date(2030, 1, 2),
        picture=b"\0\xff",
        labels=["a", ""],
        comments=[Comment("Why?", new_id(), utc_now(), worth=Decimal("1.10"))],
        size=(3, 4),
        extra={"deep": [{"a": None}]},
    )
    assert tickets.save(ticket) is ticket
    assert tickets.get(ticket.id) == ticket
    ticket.priority = ticket.cost = ticket.due = ticket.picture = ticket.size = None
    ticket.labels, ticket.comments, ticket.extra = [], [], {}
    assert tickets.update(ticket) == ticket == tickets.get(ticket.id)


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sample=SAMPLES)
def test_random_values_come_back(client: DatabaseClient, sample: Sample) -> None:
    """Types and values, None and empty included."""
    samples = client.repository(Sample)
    samples.delete_where(all_rows=True)
    samples.save(sample)
    assert samples.find() == [sample]


def test_constraints_hold(client: DatabaseClient) -> None:
    """Unique groups, checks and what becomes of references."""
    tickets = client.repository(Ticket)
    parent = tickets.create(board="a", number=1, title="x")
    child = tickets.create(board="a", number=2, title="x", parent_id=parent.id)
    with pytest.raises(UniqueViolationError):
        tickets.create(board="a", number=2, title="y")
    with pytest.raises(CheckViolationError):
        tickets.create(board="a", number=0, title="y")
    tickets.delete(parent)
    stored = tickets.get(child.id)
    assert stored is not None and stored.parent_id is None


def test_the_database_numbers_objects(client: DatabaseClient) -> None:
    """In their order, new ones beside old ones, frozen ones too."""
    counters = client.repository(Counter)
    made = counters.create_many([{"name": name} for name in "abc"])
    assert [c.id for c in made] == sorted(c.id or 0 for c in made)
    made[1].value = 7
    saved = counters.save_many([Counter("d"), made[1], Counter("e")])
    assert counters.find(order_by="id") == [*made, saved[0], saved[2]]
    events = client.repository(Event)
    event = events.save(Event(name="a"))
    assert event.id is not None and events.get(event.id) == event


def test_others_changes_stay(client: DatabaseClient) -> None:
    """A partial update sends what differs."""
    settings_ = client.repository(Setting)
    tickets = client.repository(Ticket)
    ticket = tickets.create(board="a", number=1, title="x")
    tickets.update(ticket.id, text="theirs")
    ticket.title = "mine"
    stored = tickets.update(ticket)
    assert stored is not None and (stored.title, stored.text) == ("mine", "theirs")
    setting = settings_.get_or_create(name="a", defaults={"value": "b"})
    assert settings_.get_or_create(name="a", defaults={"value": "c"}) == setting


ORDERS: List[Any] = ["due", [("due", "DESC")], ["status", ("number", "DESC")], None]


@pytest.mark.parametrize("order_by", ORDERS)
def test_pages_and_streams_are_the_whole(client: DatabaseClient, order_by: Any) -> None:
    """NULLs and equal values included."""
    tickets = client.repository(Ticket)
    days = [None, date(2030, 1, 2), None, date(2030, 1, 1), date(2030, 1, 2)]
    made = tickets.create_many(
        {
            "board": "a",
            "number": number + 1,
            "title": "x",
            "due": due,
            "status": Status.OPEN if number % 2 else Status.DONE,
        }
        for number, due in enumerate(days)
    )
    whole = tickets.find(order_by=order_by or "id")
    assert sorted(t.number for t in whole) == [t.number for t in made]
    page, found = tickets.find(order_by=order_by or "id", limit=2), []
    while page:
        found += page
        page = tickets.find(order_by=order_by, limit=2, after=page[-1])
    assert found == whole
    assert list(tickets.find_iter(order_by=order_by or "id", chunk_size=2)) == whole


@settings(
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(names=st.lists(st.text("aAbB_%\\'\"ßé", max_size=5), max_size=6, unique=True))
def test_conditions_mean_the_same(client: DatabaseClient, names: List[str]) -> None:
    """Texts are told apart by case and accents, wherever they are."""
    counters = client.repository(Counter)
    counters.delete_where(all_rows=True)
    made = counters.create_many({"name": name} for name in names)
    for counter in made:
        assert counters.find(name=counter.name) == [counter]
        like = counters.find(name={"startswith": counter.name}, order_by="id")
        assert like == [c for c in made if c.name.startswith(counter.name)]
