"""Short reads that are sent ahead, on the driver that has connections for it."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from typing import Any, Iterator, List

import pytest

from code_analysis_db.request import (
    CommitTransactionRequest,
    InsertManyRequest,
    SelectRequest,
    UpdateRequest,
)
from code_analysis_db.result import DataResult
from code_analysis_db.rows import RowBlock
from tests.servers.servers import Servers

from .conftest import Serve
from .pool import begin, wait_until
from .raw_client import RawClient
from .test_pool_on_servers import ServerPool

_LIMIT = 3
_ROWS = 5000
BY_KEY = SelectRequest("items", {"id": 1})
ALL = SelectRequest("items", None, order_by=["id"])


class ExpressPool(ServerPool):
    """A pool of PostgreSQL connections, and its server as administrators see it."""

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Keep everybody from reading a table while the block lasts."""
        with closing(self.administrator()) as connection:
            connection.cursor().execute(f"BEGIN; LOCK TABLE {table}")
            yield

    def administrator(self) -> Any:
        """Return an administrator's connection, in autocommit mode."""
        return self._administration.connect(self.database)

    def administrate(self, sql: str) -> List[Any]:
        """Run a statement beside the driver."""
        return list(self._administration.query(sql, database=self.database))

    def statements_waiting(self) -> int:
        """Return how many statements wait for a lock."""
        rows = self.administrate(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return int(rows[0][0])

    def sleeping(self) -> int:
        """Return how many statements sleep."""
        rows = self.administrate(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            " AND datname = current_database()"
        )
        return int(rows[0][0])

    def cut_connections(self) -> None:
        """Cut the driver's connections; an administrator's that holds a lock stays."""
        for connection in self._administration.connections(self.database):
            self._administration.end_connection(connection.number)

    @property
    def database(self) -> str:
        """The name of the database."""
        name: str = self._config["config"]["database"]
        return name


@pytest.fixture
def pool(servers: Servers, serve: Serve) -> Iterator[ExpressPool]:
    """Return a pool that sends reads ahead already."""
    made = ExpressPool(servers, serve, "postgres")
    client = made.connect()
    rows: List[Any] = [[n, f"item {n}"] for n in range(1, _ROWS + 1)]
    client.data(InsertManyRequest("items", [RowBlock(["id", "name"], rows)]))
    _read_until_ahead(made, client)
    yield made
    made.close()


def _read_until_ahead(pool: ExpressPool, client: RawClient) -> None:
    """Read by key until such a read was sent ahead; the first ones are not."""
    before = pool.figure("reads_sent_ahead")

    def is_ahead() -> bool:
        """Read once more."""
        _read(client)
        return bool(pool.figure("reads_sent_ahead") > before)

    wait_until(is_ahead)


def _read(client: RawClient) -> None:
    """Read by key, and see that it is right."""
    result = client.call(BY_KEY)
    assert isinstance(result, DataResult)
    assert result.to_dicts() == [{"id": 1, "name": "item 1", "data": None}]


def test_many_rows_come_whole(pool: ExpressPool) -> None:
    """A read of many rows is finished on a thread, the next of its kind begun there."""
    client = pool.connect()
    for _ in range(3):
        result = client.call(ALL)
        assert isinstance(result, DataResult)
        assert [row[0] for row in result.rows] == list(range(1, _ROWS + 1))
        _read(client)


def test_transactions_get_all_connections(pool: ExpressPool) -> None:
    """What is lent for reads is given back when transactions want it."""
    client = pool.connect()
    holders = [pool.connect() for _ in range(_LIMIT)]
    transactions = [begin(holder) for holder in holders]
    assert pool.figure("connections_sending_ahead") == 0
    assert client.error(BY_KEY, timeout=0.2) == "timeout"
    for holder, transaction in zip(holders, transactions):
        holder.data(CommitTransactionRequest(transaction))
    _read_until_ahead(pool, client)
    assert pool.connections() <= _LIMIT


def test_readers_beside_writers_share_the_connections(pool: ExpressPool) -> None:
    """Everybody is served and the server never has more connections than allowed."""

    def work(number: int) -> None:
        """Read and write in turns."""
        client = pool.connect()
        for _ in range(60):
            _read(client)
            if number % 2:
                where = {"id": 100 + number}
                client.data(UpdateRequest("items", where, {"name": str(number)}))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, pool.connections())
    for thread in threads:
        thread.join()
    assert 0 < most <= _LIMIT


@pytest.mark.parametrize("ending", ["timeout", "cancel", "leave"])
def test_a_read_that_is_held_up_ends(pool: ExpressPool, ending: str) -> None:
    """Out of time, cancelled, its client gone: the server stops it, others go on."""
    client, other = pool.connect(), pool.connect()
    with pool.locked("items"):
        if ending == "timeout":
            assert client.error(BY_KEY, timeout=0.3) == "timeout"
        else:
            request_id = client.send(BY_KEY)
            wait_until(lambda: pool.statements_waiting() == 1)
            if ending == "cancel":
                client.cancel(request_id)
                assert client.receive()[1].is_error()
            else:
                client.close()
        wait_until(lambda: pool.statements_waiting() == 0)
    _read_until_ahead(pool, other)
    assert pool.connections() <= _LIMIT


def test_what_stands_behind_a_read_that_lasts_is_answered(pool: ExpressPool) -> None:
    """On threads, while the read before it goes on; and again when that is done."""
    clients = [pool.connect() for _ in range(8)]
    pool.administrate("CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(2)::text AS slept")
    slow = pool.connect()
    for _ in range(3):
        request_id = slow.send(SelectRequest("slow", None))
        wait_until(lambda: pool.sleeping() == 1)
        for client in clients:
            client.send(BY_KEY)
        for client in clients:
            assert client.receive()[1].is_success()
        assert pool.sleeping() == 1
        replied, result = slow.receive()
        assert replied == request_id and result.is_success()
        _read_until_ahead(pool, clients[0])


def test_a_cut_connection_is_not_noticed(pool: ExpressPool) -> None:
    """Idle or under a read: the read is done again on another connection."""
    client = pool.connect()
    pool.cut_connections()
    _read(client)
    _read_until_ahead(pool, client)
    with pool.locked("items"):
        client.send(BY_KEY)
        wait_until(lambda: pool.statements_waiting() == 1)
        pool.cut_connections()
        wait_until(lambda: pool.statements_waiting() == 1)
    assert client.receive()[1].is_success()


def test_a_column_that_goes_and_one_that_comes_are_seen(pool: ExpressPool) -> None:
    """A statement that no longer fits its table is left to the threads, which look."""
    client = pool.connect()
    pool.administrate("ALTER TABLE items DROP COLUMN data")
    result = client.call(BY_KEY)
    assert isinstance(result, DataResult)
    assert result.to_dicts() == [{"id": 1, "name": "item 1"}]
