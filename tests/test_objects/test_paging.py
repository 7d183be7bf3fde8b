"""Pages and streams of objects."""

from __future__ import annotations

import tracemalloc
from itertools import islice
from typing import Any, Callable, Iterator, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.objects import File, Project
from code_analysis_db.client.repository import Repository
from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidRequestError,
    UnknownColumnError,
)

from .own_classes import Counter, Status, Ticket

AddFiles = Callable[[int], List[File]]


@pytest.fixture
def counters(driver: DriverProcess) -> Iterator[Repository[Counter]]:
    """Return the counters, of which there are none."""
    with driver.client() as connected:
        repository = connected.repository(Counter)
        repository.delete_where(all_rows=True)
        yield repository


def pages(
    repository: Repository[Any], size: int, order_by: Any = None, **filters: Any
) -> Iterator[List[Any]]:
    """Yield page after page, each found by the last object of the one before."""
    page = repository.find(order_by=order_by or "id", limit=size, **filters)
    while page:
        yield page
        page = repository.find(order_by=order_by, limit=size, after=page[-1], **filters)


ORDERS: List[Any] = [
    None,
    "value",
    [("value", "DESC")],
    [["name", "DESC"], "value"],
    ["value", ("id", "DESC")],
]


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    values=st.lists(st.integers(0, 3), max_size=12),
    order_by=st.sampled_from(ORDERS),
    size=st.integers(1, 5),
)
def test_pages_together_are_the_whole(
    counters: Repository[Counter], values: List[int], order_by: Any, size: int
) -> None:
    """None twice and none missing, however many are equal in the order."""
    counters.delete_where(all_rows=True)
    made = counters.create_many(
        {"name": f"{place}", "value": value} for place, value in enumerate(values)
    )
    found = [counter for page in pages(counters, size, order_by) for counter in page]
    assert found == counters.find(order_by=order_by or "id")
    assert sorted(c.id or 0 for c in found) == [c.id for c in made]


def test_equal_ones_come_by_their_keys(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """Up or down as the last field of the order."""
    files = add_files(4)
    client.files.update(files[0], lines=9)
    of_project = {"project_id": project.id}
    client.files.save_many(files)
    for file in files:
        client.files.update(file, lines=9)
    assert client.files.find(of_project, order_by="lines") == files
    downwards = client.files.find(of_project, order_by=[("lines", "DESC")])
    assert downwards == files[::-1]


def test_a_page_may_follow_values(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """Those of the order's fields and the key; of the key alone without an order."""
    files = add_files(4)
    find: Any = client.files.find
    follow = find(
        project_id=project.id, order_by="lines", after=[files[1].lines, files[1].id]
    )
    assert follow == files[2:]
    assert find(project_id=project.id, after=files[2].id) == files[3:]
    assert find(project_id=project.id, after=[files[2].id]) == files[3:]
    with pytest.raises(InvalidRequestError, match=r"values of \['lines', 'id'\]"):
        find(order_by="lines", after=[3])


def test_a_page_may_follow_an_object_with_an_enum(client: DatabaseClient) -> None:
    """Its value is what is compared."""
    tickets = client.repository(Ticket)
    tickets.delete_where(all_rows=True)
    made = tickets.create_many(
        {"board": "a", "number": n + 1, "title": "x", "status": status}
        for n, status in enumerate([Status.DONE, Status.OPEN, Status.OPEN])
    )
    assert tickets.find(order_by="status", after=made[0]) == made[1:]
    assert tickets.find(order_by="status", after=[Status.OPEN, made[1].id]) == made[2:]


@pytest.mark.parametrize(
    ("order_by", "error"),
    [
        ("nmae", UnknownColumnError),
        ([("name", "UP")], DriverQueryError),
        ([5], UnknownColumnError),
        (5, InvalidRequestError),
        ([], None),
    ],
)
def test_an_order_that_is_none_is_refused(
    counters: Repository[Counter], order_by: Any, error: Any
) -> None:
    """By the driver, in the words of the tables; no order is the key's."""
    made = counters.create_many([{"name": "a"}, {"name": "b"}])
    if error is None:
        assert counters.find(order_by=order_by) == made
        return
    with pytest.raises(error):
        counters.find(order_by=order_by)


def test_a_stream_gives_what_find_gives(
    client: DatabaseClient, project: Project, add_files: AddFiles
) -> None:
    """With every argument, and again in a transaction."""
    files = add_files(30)
    iterate: Any = client.files.find_iter
    of_project = {"project_id": project.id}
    assert list(iterate(of_project, order_by="lines", chunk_size=7)) == files
    some = iterate(
        {"lines": {"gt": 3}}, order_by="lines", limit=5, offset=2, **of_project
    )
    assert list(some) == files[5:10]
    assert list(iterate(of_project, order_by="lines", after=files[27])) == files[28:]
    with client.transaction() as tx:
        tx.files.update(files[0].id, lines=99)
        streamed = list(tx.files.find_iter(of_project, order_by="lines", chunk_size=9))
        assert streamed[-1].lines == 99 and len(streamed) == 30


def test_a_stream_may_be_left(client: DatabaseClient, add_files: AddFiles) -> None:
    """Its cursor goes with the block; the client goes on."""
    add_files(50)
    with client.files.find_iter(chunk_size=5) as stream:
        assert len(list(islice(stream, 7))) == 7
    assert list(stream) == []
    assert client.files.count() >= 50


def test_a_stream_holds_a_portion_only(counters: Repository[Counter]) -> None:
    """Memory does not grow with the rows."""
    counters.create_many({"name": f"{n}" * 100} for n in range(5_000))

    def peak(take: Callable[[], int]) -> int:
        """Return the most memory that something took."""
        tracemalloc.start()
        try:
            assert take() == 5_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    streamed = peak(lambda: sum(1 for _ in counters.find_iter(chunk_size=100)))
    whole = peak(lambda: len(counters.find()))
    assert streamed * 4 < whole
