"""Slow, broken and hostile clients harm themselves only (failure stories 9 and 15)."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from typing import Any

import pytest

from code_analysis_db.exceptions import HandshakeError
from code_analysis_db.messages.codec import HEADER, Kind
from code_analysis_db.messages.value_codec import pack
from code_analysis_db.request import (
    BeginTransactionRequest,
    CountRequest,
    ExecuteRequest,
    InsertManyRequest,
    InsertRequest,
    OpenCursorRequest,
    PingRequest,
    SelectRequest,
    StatsRequest,
)
from code_analysis_db.result import ErrorResult
from code_analysis_db.rows import RowBlock
from code_analysis_db.server.driver_server import DriverServer
from code_analysis_db.transport.client_socket import ClientSocket
from code_analysis_db.transport.endpoint import Endpoint
from code_analysis_db.transport.framing import frame

from .conftest import Connect, Serve
from .raw_client import RawClient

_LIMIT = 100_000


def _plain_socket(server: DriverServer) -> socket.socket:
    """Connect without a handshake."""
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(30)
    stream.connect(server.endpoint.path)
    return stream


def _wait_for_clients(client: RawClient, count: int) -> None:
    """Wait until the server counts ``count`` clients."""
    deadline = time.monotonic() + 30
    while client.data(StatsRequest())["stats"]["clients"] != count:
        assert time.monotonic() < deadline, "the clients were not dropped"


def test_silent_peers_keep_nobody_out(server: DriverServer, connect: Connect) -> None:
    """Hundreds that connect and say nothing do not matter to the next one."""
    silent = [_plain_socket(server) for _ in range(200)]
    start = time.monotonic()
    connect().data(PingRequest())
    assert time.monotonic() - start < 5
    for stream in silent:
        stream.close()


def test_peer_that_stops_in_a_message_keeps_nobody_out(connect: Connect) -> None:
    """Half a frame waits for its other half; nobody else does."""
    stalled, client = connect(), connect()
    os.write(stalled.socket.fileno(), struct.pack(">i", 50_000) + b"x" * 100)
    client.data(PingRequest())
    os.write(stalled.socket.fileno(), b"x" * 49_900)
    _, result = stalled.receive()
    assert isinstance(result, ErrorResult)
    assert result.error_code == "protocol"
    stalled.data(PingRequest())


def test_wrong_key_is_refused(server: DriverServer) -> None:
    """The caller is told what to do."""
    wrong = Endpoint("unix", path=server.endpoint.path, key=b"wrong")
    with pytest.raises(HandshakeError, match="refused the key"):
        ClientSocket.connect(wrong)


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 64, struct.pack(">i", -7) + b"x" * 9]
)
def test_stranger_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch,
    server: DriverServer,
    connect: Connect,
    noise: bytes,
) -> None:
    """Something that speaks another protocol gets the challenge and the end, when its
    time is up at the latest."""
    received = b""
    with monkeypatch.context() as hurried:
        hurried.setattr(f"{DriverServer.__module__}._HANDSHAKE_TIMEOUT", 0.2)
        with _plain_socket(server) as stream:
            stream.sendall(noise)
            while data := stream.recv(4096):
                received += data
    assert b"#CHALLENGE#" in received
    connect().data(PingRequest())


def test_negative_length_ends_that_connection_only(connect: Connect) -> None:
    """A stream that is out of step cannot be read any further."""
    broken, client = connect(), connect()
    os.write(broken.socket.fileno(), struct.pack(">i", -7) + b"x")
    with pytest.raises(EOFError):
        broken.receive()
    _wait_for_clients(client, 1)


def _raw(client: RawClient, kind: int, body: bytes) -> Any:
    """Send a payload as it is and return the error code of the answer."""
    client.socket.send(HEADER.pack(77, kind) + body)
    request_id, result = client.receive()
    assert request_id == 77
    assert isinstance(result, ErrorResult)
    return result.error_code


def test_malformed_messages_are_answered_and_the_connection_lives(
    connect: Connect,
) -> None:
    """Each fault has its error; none is the end of the connection."""
    client = connect()
    request = int(Kind.REQUEST)
    assert _raw(client, 99, b"") == "protocol"
    assert _raw(client, request, b"\xc1") == "protocol"
    assert _raw(client, request, pack(["select", None])) == "invalid_request"
    assert _raw(client, request, pack(["steal", None, {}])) == "invalid_request"
    assert _raw(client, request, pack(["select", -1, {}])) == "invalid_request"
    assert _raw(client, request, pack(["select", None, {}])) == "invalid_request"
    unknown = pack(["select", None, {"table_name": "items", "x": 1}])
    assert _raw(client, request, unknown) == "invalid_request"
    wrong = pack(["select", None, {"table_name": ["items"]}])
    assert _raw(client, request, wrong) == "invalid_request"
    assert _raw(client, int(Kind.PART), pack([1])) == "invalid_request"
    client.data(PingRequest())


def test_message_over_the_limit_is_refused_and_the_connection_lives(
    serve: Serve,
) -> None:
    """Its id is answered by name, whole or in parts; then all goes on."""
    server = serve(max_message_size=_LIMIT)
    client = RawClient(server.endpoint)
    large = InsertRequest("items", {"data": b"x" * _LIMIT})
    assert client.error(large) == "message_too_large"
    block = RowBlock(["name"], [["x" * 60_000]])
    for _ in range(3):
        client.socket.send(HEADER.pack(2, Kind.PART) + pack(("name", block.rows)))
    assert client.error(InsertManyRequest("items", [block])) == "message_too_large"
    part = HEADER.pack(3, Kind.PART) + pack((["name"], [["x" * _LIMIT]]))
    client.socket.send(part)
    assert client.error(InsertManyRequest("items", [block])) == "message_too_large"
    assert client.data(CountRequest("items"))["count"] == 0
    assert client.data(InsertManyRequest("items", [block]))["row_ids"] == [1]
    client.close()


def test_result_over_the_limit_is_refused_and_the_connection_lives(
    serve: Serve,
) -> None:
    """One large value, and many rows that are too much together."""
    server = serve(max_message_size=_LIMIT)
    client = RawClient(server.endpoint)
    rows = RowBlock(["name"], [["x" * 100] for _ in range(700)])
    client.data(InsertManyRequest("items", [rows]))
    client.data(InsertManyRequest("items", [rows]))
    assert client.error(SelectRequest("items")) == "message_too_large"
    large = ExecuteRequest(f"SELECT zeroblob({_LIMIT}) AS b")
    assert client.error(large) == "message_too_large"
    assert len(client.data(SelectRequest("items", limit=500))) == 500
    client.close()


def test_client_that_does_not_read_holds_up_itself_only(
    server: DriverServer, connect: Connect
) -> None:
    """It asks for megabytes again and again and reads nothing."""
    greedy, client = connect(), connect()
    rows = RowBlock(["name"], [["x" * 1000] for _ in range(2000)])
    client.data(InsertManyRequest("items", [rows]))
    for _ in range(100):
        greedy.send(SelectRequest("items"))
    before = time.monotonic()
    for _ in range(20):
        client.data(SelectRequest("items", {"id": 1}))
        client.data(InsertRequest("items", {"name": "x"}))
    assert time.monotonic() - before < 20
    stats = client.data(StatsRequest())["stats"]
    # The first result waits for its reader; the others have not been made.
    assert stats["requests_waiting"] >= 90
    received = [greedy.receive() for _ in range(100)]
    assert [number for number, _ in received] == list(range(1, 101))


def test_client_that_sends_without_end_is_not_read_without_end(
    serve: Serve,
) -> None:
    """A full queue stops the reading: the sender blocks in its own ``send``."""
    server = serve(max_queue_requests=10)
    holder, flood = RawClient(server.endpoint), RawClient(server.endpoint)
    holder.data(BeginTransactionRequest(write=True))
    insert = InsertRequest("items", {"data": b"x" * 10_000})
    os.set_blocking(flood.socket.fileno(), False)
    with pytest.raises(BlockingIOError):
        for _ in range(10_000):
            flood.send(insert)
    waiting = holder.data(StatsRequest())["stats"]["requests_waiting"]
    # One frame read may hold several requests beyond the bound.
    assert waiting < 100
    flood.close()
    holder.close()


_CLIENT = """
import os, sys, time
from tests.test_server.raw_client import RawClient
from code_analysis_db.request import BeginTransactionRequest, InsertRequest
from code_analysis_db.transport.endpoint import Endpoint
client = RawClient(Endpoint.parse(sys.argv[1]))
transaction = client.data(BeginTransactionRequest())["transaction_id"]
client.data(InsertRequest("items", {"name": "x"}, transaction_id=transaction))
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print("held", flush=True)
time.sleep(600)
"""


def test_transaction_of_a_killed_client_ends_though_a_fork_holds_its_socket(
    server: DriverServer, connect: Connect
) -> None:
    """Failure story 5: SIGKILL, with a forked child that keeps the socket open."""
    dying = subprocess.Popen(
        [sys.executable, "-c", _CLIENT, str(server.endpoint)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert dying.stdout is not None
    assert dying.stdout.readline() == b"held\n"
    client = connect()
    number = client.send(InsertRequest("items", {"name": "next"}))
    dying.send_signal(signal.SIGKILL)
    replied, result = client.receive()
    assert replied == number
    assert result.is_success()
    assert client.data(CountRequest("items"))["count"] == 1
    dying.communicate()


def test_request_id_that_is_still_under_way_is_refused(connect: Connect) -> None:
    """Two replies under one id could not be told apart."""
    holder, client = connect(), connect()
    holder.data(BeginTransactionRequest(write=True))
    client.send(InsertRequest("items", {"name": "waits"}))
    body = pack(["ping", None, {}])
    client.socket.send(HEADER.pack(1, Kind.REQUEST) + body)
    request_id, result = client.receive()
    assert request_id == 1
    assert isinstance(result, ErrorResult)
    assert result.error_code == "protocol"


def test_oversized_notice_of_an_unfinished_frame_is_not_lost(serve: Serve) -> None:
    """A frame over the limit that arrives byte by byte is skipped all the same."""
    server = serve(max_message_size=_LIMIT)
    client = RawClient(server.endpoint)
    payload = HEADER.pack(5, Kind.REQUEST) + b"x" * _LIMIT
    data = frame(payload)
    for start in range(0, len(data), 20_000):
        os.write(client.socket.fileno(), data[start : start + 20_000])
    request_id, result = client.receive()
    assert request_id == 5
    assert isinstance(result, ErrorResult)
    assert result.error_code == "message_too_large"
    client.close()


def test_open_streams_leave_connections_for_short_reads(connect: Connect) -> None:
    """Too many cursors are refused by name; point reads and other writes go on."""
    hoarder, client = connect(), connect()
    rows = RowBlock(["name"], [["x"] for _ in range(10)])
    client.data(InsertManyRequest("items", [rows]))
    refused = None
    for _ in range(100):
        result = hoarder.call(OpenCursorRequest("items", 1))
        if isinstance(result, ErrorResult):
            refused = result
            break
    assert refused is not None
    assert "cursors are open already" in refused.description
    assert client.data(SelectRequest("items", {"id": 1}))
    assert client.data(InsertRequest("items", {"name": "y"}))["row_id"] == 11
