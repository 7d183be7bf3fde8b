"""Clients take turns, keep their order, and are bounded one by one."""

from __future__ import annotations

from typing import Dict, List, Tuple

from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.request_queue import ClientQueue, RequestQueue

_Item = Tuple[int, int]


def _fill(
    queue: "RequestQueue[_Item]", counts: List[int]
) -> Dict[int, "ClientQueue[_Item]"]:
    """Queue ``counts[i]`` requests of client i."""
    clients: Dict[int, ClientQueue[_Item]] = {}
    for number, count in enumerate(counts):
        clients[number] = ClientQueue()
        for index in range(count):
            queue.add(clients[number], (number, index), 1)
    return clients


def _drain(
    queue: "RequestQueue[_Item]", clients: Dict[int, "ClientQueue[_Item]"]
) -> List[_Item]:
    """Take everything, ending each request before the next is taken."""
    taken: List[_Item] = []
    while (item := queue.next()) is not None:
        taken.append(item)
        queue.finish(clients[item[0]])
    return taken


@given(st.lists(st.integers(0, 8), max_size=6))
def test_everything_comes_out_in_order_and_in_turns(counts: List[int]) -> None:
    """In order within a client; no client is passed over twice in a row."""
    queue: RequestQueue[_Item] = RequestQueue(100, 100)
    taken = _drain(queue, _fill(queue, counts))
    assert sorted(taken) == [(c, i) for c, n in enumerate(counts) for i in range(n)]
    for client in range(len(counts)):
        assert [i for c, i in taken if c == client] == list(range(counts[client]))
    # A client with k requests is through within k rounds of all that have some.
    for client, count in enumerate(counts):
        position = max((p for p, (c, _) in enumerate(taken) if c == client), default=-1)
        assert position < sum(min(other, count) for other in counts)
    assert len(queue) == 0


def test_next_request_of_a_client_waits_for_the_one_before() -> None:
    """Until ``finish`` a client's further requests stay where they are."""
    queue: RequestQueue[_Item] = RequestQueue(10, 10)
    clients = _fill(queue, [2])
    assert queue.next() == (0, 0)
    assert queue.next() is None
    queue.finish(clients[0])
    assert queue.next() == (0, 1)


def test_urgent_request_goes_before_other_clients_ordinary_ones() -> None:
    """But not before its own client's earlier ones."""
    queue: RequestQueue[str] = RequestQueue(10, 10)
    first: ClientQueue[str] = ClientQueue()
    second: ClientQueue[str] = ClientQueue()
    queue.add(first, "ordinary", 1)
    queue.add(first, "late ping", 1, urgent=True)
    queue.add(second, "ping", 1, urgent=True)
    assert queue.next() == "ping"
    assert queue.next() == "ordinary"
    queue.finish(first)
    assert queue.next() == "late ping"


def test_bounds_are_each_client_s_own_and_open_again_at_half() -> None:
    """A full client says nothing about the others."""
    queue: RequestQueue[int] = RequestQueue(max_requests=4, max_bytes=100)
    full: ClientQueue[int] = ClientQueue()
    other: ClientQueue[int] = ClientQueue()
    for number in range(4):
        queue.add(full, number, 10)
    assert queue.is_full(full)
    assert not queue.is_full(other)
    assert not queue.has_room(full)
    queue.remove(full, 0)
    assert not queue.has_room(full)
    queue.remove(full, 1)
    assert queue.has_room(full)
    queue.add(other, 1, 100)
    assert queue.is_full(other)


def test_removed_and_cleared_requests_do_not_come_out() -> None:
    """Cancelled requests and those of a client that is gone are forgotten."""
    queue: RequestQueue[_Item] = RequestQueue(10, 10)
    clients = _fill(queue, [3, 1])
    assert queue.remove(clients[0], (0, 1))
    assert not queue.remove(clients[0], (0, 1))
    assert queue.clear(clients[1]) == [(1, 0)]
    assert _drain(queue, clients) == [(0, 0), (0, 2)]
    assert clients[0].size == 0
