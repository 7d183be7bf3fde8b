"""Short writes of several clients that share a commit on a database server."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import Any, Dict, Iterator

import pytest

from code_analysis_db.request import (
    CountRequest,
    DeleteRequest,
    InsertRequest,
    SelectRequest,
    UpdateRequest,
)
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult
from tests.servers.servers import Servers

from .conftest import Serve
from .pool import wait_until
from .raw_client import RawClient
from .test_express_lane import ExpressPool

_CROWD = 12
_SLEEPY = """
CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS
 $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
CREATE TRIGGER doze BEFORE INSERT ON items FOR EACH ROW
 WHEN (NEW.name = 'sleepy') EXECUTE FUNCTION doze()"""


@pytest.fixture
def pool(servers: Servers, serve: Serve) -> Iterator[ExpressPool]:
    """Return a pool that sends writes ahead already."""
    made = ExpressPool(servers, serve, "postgres")
    client = made.connect()

    def is_ahead() -> bool:
        """Write once more."""
        client.data(InsertRequest("items", {"name": "warm"}))
        return bool(made.figure("writes_sent_ahead"))

    wait_until(is_ahead)
    client.data(DeleteRequest("items", {}, all_rows=True))
    yield made
    made.close()


@contextmanager
def _locked_row(pool: ExpressPool, row_id: int) -> Iterator[None]:
    """Keep others from changing a row while the block lasts."""
    with closing(pool.administrator()) as connection:
        connection.cursor().execute(
            f"BEGIN; UPDATE items SET name = 'held' WHERE id = {row_id}"
        )
        yield


def _count(client: RawClient) -> int:
    """Return how many rows there are."""
    count: int = client.data(CountRequest("items"))["count"]
    return count


def test_a_crowd_writes_in_fewer_commits_than_writes(pool: ExpressPool) -> None:
    """Each gets its own row's number, and sees its row at once."""
    clients = [pool.connect() for _ in range(_CROWD)]
    found: Dict[int, str] = {}
    for step in range(40):
        for number, client in enumerate(clients):
            client.send(InsertRequest("items", {"name": f"{number} {step}"}))
        for number, client in enumerate(clients):
            result = client.receive()[1]
            assert isinstance(result, SuccessResult)
            row_id, name = result.data["row_id"], f"{number} {step}"
            found[row_id] = name
            rows = client.data(SelectRequest("items", {"id": row_id}, ["name"]))
            assert [list(row) for row in rows] == [[name]]
    assert len(found) == _CROWD * 40 == _count(pool.connect())
    assert pool.figure("groups_sent_ahead") < pool.figure("writes_sent_ahead")


def test_of_a_group_only_the_one_that_fails_fails(pool: ExpressPool) -> None:
    """The others are written, each once."""
    clients = [pool.connect() for _ in range(_CROWD)]
    clients[0].data(InsertRequest("items", {"id": 1000, "name": "there"}))
    for _ in range(10):
        for number, client in enumerate(clients):
            wanted: Dict[str, Any] = {"name": "more"}
            if number == 5:
                client.send(UpdateRequest("items", {"id": 1000}, {"id": "none"}))
            elif number == 6:
                client.send(InsertRequest("items", {"id": 1000, "name": "twice"}))
            else:
                client.send(InsertRequest("items", wanted))
        results = [client.receive()[1] for client in clients]
        for number, result in enumerate(results):
            assert result.is_error() is (number in (5, 6)), result
        assert isinstance(results[6], ErrorResult)
        assert results[6].error_code == "unique_violation"
    assert _count(clients[0]) == 1 + 10 * (_CROWD - 2)


def test_a_write_that_waits_for_a_lock_holds_up_nobody(pool: ExpressPool) -> None:
    """Whoever was in a group with it is answered; it is done when the lock is free."""
    clients = [pool.connect() for _ in range(4)]
    row_id = clients[0].data(InsertRequest("items", {"name": "x"}))["row_id"]
    with _locked_row(pool, row_id):
        clients[0].send(UpdateRequest("items", {"id": row_id}, {"name": "y"}))
        for client in clients[1:]:
            client.send(InsertRequest("items", {"name": "beside"}))
        for client in clients[1:]:
            assert client.receive()[1].is_success()
        wait_until(lambda: pool.statements_waiting() == 1)
    result = clients[0].receive()[1]
    assert isinstance(result, SuccessResult)
    assert result.data == {"affected_rows": 1}


@pytest.mark.parametrize("ending", ["timeout", "cancel"])
def test_who_gives_up_a_write_takes_nobody_with_him(
    pool: ExpressPool, ending: str
) -> None:
    """The group is stopped and undone; the others of it are done again."""
    pool.administrate(_SLEEPY)
    sleepy, other = pool.connect(), pool.connect()
    timeout = 0.5 if ending == "timeout" else None
    request_id = sleepy.send(InsertRequest("items", {"name": "sleepy"}), timeout)
    wait_until(lambda: pool.sleeping() == 1)
    other.send(InsertRequest("items", {"name": "awake"}))
    if ending == "cancel":
        sleepy.cancel(request_id)
    result = sleepy.receive()[1]
    assert isinstance(result, ErrorResult)
    assert result.error_code == {"timeout": "timeout", "cancel": "cancelled"}[ending]
    assert other.receive()[1].is_success()
    assert pool.sleeping() == 0
    rows = other.call(SelectRequest("items", columns=["name"]))
    assert isinstance(rows, DataResult)
    assert [list(row) for row in rows.rows] == [["awake"]]


def test_of_a_write_whose_connection_is_cut_nobody_knows(pool: ExpressPool) -> None:
    """Its caller is told so; the next write is done."""
    pool.administrate(_SLEEPY)
    client = pool.connect()
    client.send(InsertRequest("items", {"name": "sleepy"}))
    wait_until(lambda: pool.sleeping() == 1)
    pool.cut_connections()
    result = client.receive()[1]
    assert isinstance(result, ErrorResult)
    assert result.error_code == "outcome_unknown"
    client.data(InsertRequest("items", {"name": "next"}))
    assert _count(client) == 1


def test_what_takes_more_than_a_statement_is_done_the_usual_way(
    pool: ExpressPool,
) -> None:
    """With the same answers; an upsert that is one statement goes ahead."""
    client = pool.connect()
    item = {"id": 7, "name": "a"}
    before = pool.figure("writes_sent_ahead")
    assert client.data(InsertRequest("items", item))["row_id"] == 7
    assert client.data(UpdateRequest("items", {"name": "a"}, {"name": "b"})) == {
        "affected_rows": 1
    }
    rows = client.call(InsertRequest("items", {"name": "c"}, returning=["name"]))
    assert isinstance(rows, DataResult)
    assert pool.figure("writes_sent_ahead") == before
    gone = client.data(DeleteRequest("items", {"id": 7}))
    assert gone == {"affected_rows": 1}
    assert client.data(DeleteRequest("items", {"id": 7})) == {"affected_rows": 0}
    assert pool.figure("writes_sent_ahead") == before + 2
