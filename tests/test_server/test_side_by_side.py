"""Connections whose requests are done side by side, in whatever order."""

from __future__ import annotations

from typing import Dict

import pytest

from code_analysis_db.messages.base_request import FieldRequest
from code_analysis_db.messages.base_result import FieldResult
from code_analysis_db.messages.codec import encode_part, encode_side_by_side
from code_analysis_db.request import (
    BeginTransactionRequest,
    CloseCursorRequest,
    CommitTransactionRequest,
    CountRequest,
    ExecuteRequest,
    FetchRequest,
    InsertManyRequest,
    InsertRequest,
    OpenCursorRequest,
    PingRequest,
    SelectRequest,
)
from code_analysis_db.result import ErrorResult
from code_analysis_db.rows import RowBlock

from .conftest import Connect, Serve
from .raw_client import RawClient

ENDLESS = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    " SELECT count(*) FROM c"
)
WIDTH = 128


def _side_by_side(client: RawClient) -> RawClient:
    """Return the client, whose requests need no order from now on."""
    client.socket.send(encode_side_by_side())
    return client


def _receive(client: RawClient, replies: int) -> Dict[int, FieldResult]:
    """Return so many replies under their ids."""
    return dict(client.receive() for _ in range(replies))


def test_slow_request_is_overtaken(connect: Connect) -> None:
    """By a ping, a read and a write that were sent after it."""
    client = _side_by_side(connect())
    scan = client.send(ExecuteRequest(ENDLESS))
    others = [
        client.send(request)
        for request in (
            PingRequest(),
            SelectRequest("items", {"id": 1}),
            InsertRequest("items", {"name": "x"}),
        )
    ]
    replies = _receive(client, 3)
    assert sorted(replies) == others
    assert all(reply.is_success() for reply in replies.values())
    client.cancel(scan)
    request_id, result = client.receive()
    assert request_id == scan
    assert isinstance(result, ErrorResult) and result.error_code == "cancelled"


def test_so_many_are_under_way_and_the_rest_waits(connect: Connect) -> None:
    """A ping does not, and neither does another client."""
    holder, client = connect(), _side_by_side(connect())
    held = holder.data(BeginTransactionRequest(write=True))["transaction_id"]
    writes = [
        client.send(InsertRequest("items", {"name": f"{n}"})) for n in range(WIDTH + 50)
    ]
    ping = client.send(PingRequest())
    assert client.receive()[0] == ping
    assert holder.data(CountRequest("items", transaction_id=held))["count"] == 0
    read = client.send(CountRequest("items"))
    client.cancel(writes[-1])
    assert client.receive()[0] == writes[-1]
    holder.data(CommitTransactionRequest(held))
    replies = _receive(client, len(writes))
    assert sorted(replies) == [*writes[:-1], read]
    assert all(reply.is_success() for reply in replies.values())
    assert holder.data(CountRequest("items"))["count"] == len(writes) - 1


@pytest.mark.parametrize(
    "request_",
    [
        BeginTransactionRequest(),
        CommitTransactionRequest("t"),
        InsertRequest("items", {"name": "x"}, transaction_id="t"),
        OpenCursorRequest("items", 10),
        FetchRequest("c", 10),
        CloseCursorRequest("c"),
    ],
    ids=lambda request: request.name,
)
def test_what_depends_on_order_is_refused(
    connect: Connect, request_: FieldRequest
) -> None:
    """A transaction's statements must not overtake each other."""
    client = _side_by_side(connect())
    assert client.error(request_) == "invalid_request"
    client.data(PingRequest())


def test_rows_ahead_of_two_requests_are_refused_rather_than_lost(serve: Serve) -> None:
    """Together they are over the limit, each alone is not."""
    server = serve(max_message_size=10_000)
    client = _side_by_side(RawClient(server.endpoint))
    for block in range(2):
        for request_id in (1, 2):
            rows = RowBlock(["name"], [[f"{block}{request_id}" + "x" * 3000]])
            client.socket.send(encode_part(request_id, rows))
    outcomes = []
    for _ in range(2):
        outcomes.append(client.call(InsertManyRequest("items", [])))
    refused = [each for each in outcomes if isinstance(each, ErrorResult)]
    assert refused and {each.error_code for each in refused} == {"message_too_large"}
    done = len(outcomes) - len(refused)
    assert client.data(CountRequest("items"))["count"] == 2 * done
    client.close()


def test_replies_wait_for_a_client_that_does_not_read(serve: Serve) -> None:
    """Its requests stop being started; others are served, and none is lost."""
    server = serve()
    client, other = RawClient(server.endpoint), RawClient(server.endpoint)
    other.data(InsertRequest("items", {"name": "x", "data": b"x" * 300_000}))
    _side_by_side(client)
    sent = [client.send(SelectRequest("items")) for _ in range(300)]
    assert other.data(CountRequest("items"))["count"] == 1
    replies = _receive(client, len(sent))
    assert sorted(replies) == sent
    client.close()
    other.close()
