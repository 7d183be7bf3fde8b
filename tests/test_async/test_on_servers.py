"""The client for asyncio, on database servers behind a pool of connections."""

from __future__ import annotations

import asyncio
from typing import Iterator

import pytest

from code_analysis_db import AsyncDatabaseClient, DriverProcess
from tests.servers.servers import Servers

from .in_loop import in_loop, until_told

_SLEEP = {"postgres": "SELECT pg_sleep(60)", "mysql": "SELECT SLEEP(60)"}
COLUMNS = [
    {"name": "id", "type": "INTEGER", "primary_key": True},
    {"name": "name", "type": "TEXT", "unique": True},
]


@pytest.fixture(params=Servers.kinds)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the server."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def process(servers: Servers, kind: str) -> Iterator[DriverProcess]:
    """A driver process with a pool of three connections and one table."""
    driver = DriverProcess(servers.new_config(kind, connection_pool_size=3))
    with driver as client:
        client.rpc.create_table({"name": "t", "columns": COLUMNS})
        yield driver


@in_loop
async def test_many_requests_at_a_time_get_their_own_replies(
    process: DriverProcess,
) -> None:
    """More than the pool has connections; reads, writes and batches."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:

        async def work(number: int) -> None:
            """Write a row and read it back."""
            key = await client.rpc.insert("t", {"name": f"n{number}"})
            (row,) = await client.rpc.select("t", {"id": key})
            assert row == {"id": key, "name": f"n{number}"}
            async with client.batch() as batch:
                renamed = batch.update("t", {"id": key}, {"name": f"m{number}"})
            assert renamed.result == 1

        await asyncio.gather(*(work(number) for number in range(300)))
        assert await client.rpc.count("t", {"name": {"startswith": "m"}}) == 300


@in_loop
async def test_cancelled_statements_stop_and_free_their_connections(
    process: DriverProcess, kind: str
) -> None:
    """Running ones and waiting ones, and the transaction of a cancelled block."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:
        sleep = _SLEEP[kind]
        sleeping = [asyncio.create_task(client.rpc.execute(sleep)) for _ in range(10)]
        await asyncio.sleep(0.2)
        await client.rpc.ping(timeout=5)
        for task in sleeping:
            task.cancel()
        outcomes = await asyncio.gather(*sleeping, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}

        async def work() -> None:
            """Write, and sleep in the database."""
            async with client.transaction() as tx:
                await tx.insert("t", {"name": "lost"})
                await tx.execute(sleep)

        for _ in range(4):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(work(), 0.2)
        assert await client.rpc.insert("t", {"name": "lost"}, timeout=10)
        assert await client.rpc.count("t", timeout=10) == 1

        async def all_is_free() -> bool:
            """Whether no connection is in use by a statement or a transaction."""
            stats = await client.rpc.stats()
            return not (stats["open_transactions"] or stats["requests_waiting"])

        await until_told(all_is_free)


@in_loop
async def test_stream_and_writes_go_on_side_by_side(process: DriverProcess) -> None:
    """A stream holds a connection of the pool; the others serve the rest."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:
        rows = [{"name": f"n{number}"} for number in range(2500)]
        await client.rpc.insert_many("t", rows)
        seen = 0
        async for row in client.rpc.select_iter("t", order_by="id", chunk_size=100):
            seen += 1
            if seen % 500 == 0:
                await client.rpc.update("t", {"id": row["id"]}, {"name": f"x{seen}"})
        assert seen == 2500
