"""Requests that no client of ours would send, to a real driver process: each gets its
error, its connection lives on, and so does everybody else's."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Dict, Iterator, List

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from code_analysis_db.exceptions import DriverQueryError, HandshakeError
from code_analysis_db.messages.codec import HEADER, Kind
from code_analysis_db.messages.value_codec import pack
from code_analysis_db.request import REQUESTS, PingRequest
from code_analysis_db.result import ErrorResult
from code_analysis_db.transport.endpoint import Endpoint
from tests.test_server.raw_client import RawClient

# No field takes all of these.
_WRONG: List[Any] = [
    None,
    True,
    7,
    -1,
    2**64 - 1,
    1.5,
    "",
    "\0",
    "no such thing",
    b"bytes",
    [],
    [None],
    [[], 3],
    {},
    {"": {}},
    {"nothing": {"eq": {"eq": 1}}},
]
_RIGHT: Dict[str, Any] = {
    "data": {"name": "a"},
    "where": {"id": -1},
    "blocks": [[["name"], [["a"]]]],
    "sql": "SELECT 1",
    "params_list": [],
    "aggregates": {"n": ["count", "*"]},
    "operations": [],
    "cursor": "none",
    "chunk_size": 5,
    "transaction_id": "none",
    "action": "create",
    "schema": {"name": "other", "columns": [{"name": "a", "type": "TEXT"}]},
    "schema_definition": {},
    "changes": {},
}
_VALUES = st.recursive(
    st.sampled_from(_WRONG) | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5) | st.sampled_from(["or", "not"]), inner),
    max_leaves=6,
)


@pytest.fixture
def raw(process: DriverProcess) -> Iterator[RawClient]:
    """A client that sends what it is told."""
    with closing(RawClient(process.endpoint)) as client:
        yield client


def _answer(raw: RawClient, name: Any, fields: Any) -> str:
    """Send a request as it stands and return the error's code, ``""`` for success."""
    return _reply(raw, int(Kind.REQUEST), pack([name, None, fields]))


def _reply(raw: RawClient, kind: int, body: bytes) -> str:
    """Send a payload and return the code of the answer; a ping follows it."""
    raw.socket.send(HEADER.pack(1, kind) + body)
    request_id, result = raw.receive()
    assert request_id == 1
    raw.data(PingRequest())
    return str(result.error_code) if isinstance(result, ErrorResult) else ""


def _fields(request_class: Any, table: str) -> Dict[str, Any]:
    """Return right fields for a request, those without a default only."""
    return {
        field.name: _RIGHT.get(field.name, table)
        for field in attrs.fields(request_class)
        if field.default is attrs.NOTHING
    }


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_wrong_type_in_any_field_is_an_error_of_the_request(
    table: str, raw: RawClient, name: str
) -> None:
    """What its field cannot hold is an invalid request; what it could hold is the
    driver's to refuse, and never a fault of the driver's own."""
    request_class = REQUESTS[name]
    right = _fields(request_class, table)
    for field in attrs.fields(request_class):  # type: ignore[arg-type]
        rule = field.metadata["check"]
        for value in _WRONG:
            if field.name == "blocks":
                code = _answer(raw, name, {**right, "blocks": value})
                assert code in ("invalid_request", ""), value
                continue
            code = _answer(raw, name, {**right, field.name: value})
            assert code != "driver", (field.name, value)
            if not rule.test(value) and value is not field.default:
                assert code == "invalid_request", (field.name, value)
        if field.default is attrs.NOTHING:
            lacking = {key: right[key] for key in right if key != field.name}
            assert _answer(raw, name, lacking) == "invalid_request"
    assert _answer(raw, name, {**right, "unknown": 1}) == "invalid_request"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (99, b""),
        (int(Kind.SUCCESS), pack({})),
        (int(Kind.REQUEST), b""),
        (int(Kind.REQUEST), b"\xc1"),
        (int(Kind.REQUEST), b"\xdd\xff\xff\xff\xff"),
        (int(Kind.REQUEST), b"\x91" * 5000),
        (int(Kind.REQUEST), pack(["select"])),
        (int(Kind.REQUEST), pack(["select", None, {}, 1])),
        (int(Kind.REQUEST), pack([["select"], None, {}])),
        (int(Kind.REQUEST), pack(["__init__", None, {}])),
        (int(Kind.REQUEST), pack(["select", "soon", {"table_name": "t"}])),
        (int(Kind.REQUEST), pack(["select", float("nan"), {"table_name": "t"}])),
        (int(Kind.PART), pack([["a"], [[1]], 3])),
    ],
)
def test_malformed_message_is_answered(raw: RawClient, kind: int, body: bytes) -> None:
    assert _reply(raw, kind, body) in ("protocol", "invalid_request")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(REQUESTS)), st.data())
def test_no_request_is_a_fault_of_the_driver_itself(
    process: DriverProcess, raw: RawClient, name: str, data: st.DataObject
) -> None:
    """Any values in any fields: an answer of some other class than the general one."""
    names = [f.name for f in attrs.fields(REQUESTS[name])]  # type: ignore[arg-type]
    drawn = data.draw(st.dictionaries(st.sampled_from(names), _VALUES)) if names else {}
    fields = {**_fields(REQUESTS[name], "items"), **drawn}
    if name == "begin_transaction":
        fields["write"] = False
    assert _answer(raw, name, fields) != "driver"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY, name TEXT, data BLOB)",
        "CREATE TABLE temp.{table} (id INTEGER PRIMARY KEY, name TEXT, data BLOB)",
        "CREATE TEMP TRIGGER {table}_trigger AFTER INSERT ON {table} BEGIN"
        " DELETE FROM {table}; END",
        "PRAGMA query_only = ON",
        "PRAGMA ignore_check_constraints = ON",
        "ATTACH ':memory:' AS other",
        "BEGIN",
    ],
)
def test_raw_sql_does_not_change_the_connections_that_others_use(
    client: DatabaseClient, table: str, sql: str
) -> None:
    """A temporary table would take the rows that others write to the real one."""
    with pytest.raises(DriverQueryError, match="execute does not take"):
        client.rpc.execute(sql.format(table=table))
    row_id = client.rpc.insert(table, {"name": "a"})
    assert client.rpc.count(table, {"id": row_id}) == 1


def test_wrong_key_is_refused_and_those_with_the_right_one_are_served(
    process: DriverProcess, client: DatabaseClient
) -> None:
    """With the advice what to compare; the driver's key is in no message."""
    key = process.endpoint.key
    for wrong in (b"wrong", key[:-1], key + b"x"):
        endpoint = Endpoint("unix", path=process.endpoint.path, key=wrong)
        with pytest.raises(HandshakeError, match="refused the key") as caught:
            DatabaseClient.connect(endpoint)
        assert key.hex() not in str(caught.value)
        client.rpc.ping()
