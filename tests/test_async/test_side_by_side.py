"""Requests of one connection that do not wait for each other."""

from __future__ import annotations

import asyncio
from typing import Any, List

import pytest

from code_analysis_db import AsyncDatabaseClient, Endpoint
from code_analysis_db.exceptions import RequestTimeoutError

from .in_loop import in_loop, until_told
from .statements import ENDLESS


@in_loop
async def test_slow_scan_holds_up_neither_ping_nor_read_nor_write(
    endpoint: Endpoint, table: str
) -> None:
    """They were sent after it and are answered before it."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        scan = asyncio.create_task(client.rpc.execute(ENDLESS))
        for number in range(20):
            await client.rpc.ping()
            key = await client.rpc.insert(table, {"name": f"n{number}"})
            (row,) = await client.rpc.select(table, {"id": key})
            assert row["name"] == f"n{number}"
        assert not scan.done()
        scan.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scan


@in_loop
async def test_reads_and_pings_go_on_beside_writes_that_wait(
    endpoint: Endpoint, table: str
) -> None:
    """More writes than may be under way wait for a transaction of another client."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with AsyncDatabaseClient.connect(endpoint) as holder:
            async with holder.transaction(write=True):
                writes = [
                    asyncio.create_task(client.rpc.insert(table, {"name": f"n{n}"}))
                    for n in range(500)
                ]
                for _ in range(20):
                    await client.rpc.ping(timeout=5)
                    assert await client.rpc.count(table, timeout=5) == 0
                assert not any(write.done() for write in writes)
        assert len(set(await asyncio.gather(*writes))) == 500


@in_loop
async def test_own_transaction_ends_while_the_clients_writes_wait_for_it(
    endpoint: Endpoint, table: str
) -> None:
    """Failure story 2, within one client: the commit does not wait behind them."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        writes: List["asyncio.Task[Any]"] = []
        async with client.transaction() as tx:
            await tx.insert(table, {"name": "held"})
            writes += [
                asyncio.create_task(client.rpc.insert(table, {"name": f"n{n}"}))
                for n in range(400)
            ]
            await client.rpc.ping()
            await tx.insert(table, {"name": "held too"}, timeout=5)
        await asyncio.gather(*writes)
        assert await client.rpc.count(table) == 402


@in_loop
async def test_scans_without_number_leave_room_for_pings(endpoint: Endpoint) -> None:
    """A ping overtakes all reads of the client that wait for their turn."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        scans = [
            asyncio.create_task(client.rpc.execute(ENDLESS, timeout=0.5))
            for _ in range(30)
        ]
        reads = [asyncio.create_task(client.rpc.list_tables()) for _ in range(500)]
        await asyncio.sleep(0)
        await client.rpc.ping(timeout=5)
        assert not all(read.done() for read in reads)
        await asyncio.gather(*reads)
        outcomes = await asyncio.gather(*scans, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {RequestTimeoutError}

        async def is_idle() -> bool:
            """Whether nothing waits in the driver."""
            return not (await client.rpc.stats())["requests_waiting"]

        await until_told(is_idle)
