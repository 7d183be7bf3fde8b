"""What a cancelled task leaves behind: nothing."""

from __future__ import annotations

import asyncio
import random
from typing import Any, List

import pytest

from code_analysis_db import AsyncDatabaseClient, Endpoint

from .in_loop import in_loop, until_told
from .statements import ENDLESS, endless_write

_STORM = 600


async def _wait_until_idle(client: AsyncDatabaseClient) -> None:
    """Wait until the driver runs nothing of this client's."""

    async def is_idle() -> bool:
        """Whether the client holds no place any more."""
        connection = await client._caller.pool.shared()
        return connection.is_idle

    # The question itself goes over no connection.
    await until_told(is_idle)


@in_loop
async def test_cancelled_statement_stops_and_others_go_on(
    endpoint: Endpoint, table: str
) -> None:
    """A read and a write that would run for ever; by cancel and by a time limit."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        for sql in (ENDLESS, endless_write(table)):
            running = asyncio.create_task(client.rpc.execute(sql))
            await client.rpc.ping()
            beside = asyncio.create_task(client.rpc.count(table))
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert await beside == 0
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.rpc.execute(sql), 0.05)
            await _wait_until_idle(client)
        assert await client.rpc.insert(table, {"name": "a"}, timeout=5)
        assert await client.rpc.count(table) == 1


@in_loop
async def test_request_that_waits_for_its_turn_is_never_done(
    endpoint: Endpoint, table: str
) -> None:
    """Those on their way already are done or not; the client keeps so many back."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        writes = [
            asyncio.create_task(client.rpc.insert(table, {"name": f"n{n}"}))
            for n in range(300)
        ]
        await asyncio.sleep(0)
        for write in writes:
            write.cancel()
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(each) for each in outcomes} == {asyncio.CancelledError}
        await _wait_until_idle(client)
        assert await client.rpc.count(table) <= 64


@in_loop
async def test_rows_that_were_sent_ahead_are_forgotten_with_their_request(
    endpoint: Endpoint, table: str
) -> None:
    """A large insert that is cancelled on its way is not done, nor a part of it."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        for rounds in range(12):
            rows = [{"name": f"{rounds}-{n}"} for n in range(12_000)]
            task = asyncio.create_task(client.rpc.insert_many(table, rows))
            for _ in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await _wait_until_idle(client)
        assert await client.rpc.count(table) % 12_000 == 0
        assert len(await client.rpc.insert_many(table, rows[:1] * 0 + [{}])) == 1


@in_loop
async def test_storm_of_cancellations_mixes_up_no_replies_and_leaks_nothing(
    endpoint: Endpoint, table: str
) -> None:
    """Tasks of every kind die at random moments; each that lives has its own rows."""
    chance = random.Random(5)
    async with AsyncDatabaseClient.connect(endpoint) as client:
        before = await client.rpc.stats()
        rows = [{"name": f"n{n}", "size": n} for n in range(1, 3001)]
        await client.rpc.insert_many(table, rows)

        async def point(number: int) -> None:
            """Read a row."""
            (row,) = await client.rpc.select(table, {"id": number})
            assert row["size"] == number

        async def many(number: int) -> None:
            """Read many rows, which come in parts."""
            found = await client.rpc.select(table, {"id": {"gt": number}})
            assert {row["id"] for row in found} >= set(range(number + 1, 3001))

        async def write(number: int) -> None:
            """Write a row and read it back."""
            key = await client.rpc.insert(table, {"name": f"w{number}", "size": -1})
            (row,) = await client.rpc.select(table, {"id": key})
            assert row["name"] == f"w{number}"

        async def transact(number: int) -> None:
            """Write two rows or none."""
            async with client.transaction() as tx:
                await tx.insert(table, {"name": f"t{number}", "size": -2})
                await tx.insert(table, {"name": f"u{number}", "size": -2})

        async def stream(number: int) -> None:
            """Read a few portions."""
            async with client.rpc.select_iter(table, limit=50, chunk_size=20) as found:
                assert len([row async for row in found]) == 50

        async def scan(_: int) -> None:
            """Read for ever."""
            await client.rpc.execute(ENDLESS, timeout=1 + chance.random())

        kinds = [point] * 6 + [many, write, write, transact, stream, scan]
        tasks: List["asyncio.Task[Any]"] = []
        for number in range(1, _STORM + 1):
            kind = chance.choice(kinds)
            task = asyncio.create_task(kind(number))
            tasks.append(task)
            if kind is scan or chance.random() < 0.5:
                delay = chance.choice([0, 0, 0.001, 0.01, 0.1])
                asyncio.get_running_loop().call_later(delay, task.cancel)
            if number % 50 == 0:
                await asyncio.sleep(0.01)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        faults = [
            outcome
            for outcome in outcomes
            if outcome is not None and not isinstance(outcome, asyncio.CancelledError)
        ]
        assert not faults
        assert sum(outcome is None for outcome in outcomes) > _STORM // 4
        await _wait_until_idle(client)
        assert await client.rpc.count(table, {"size": -2}) % 2 == 0

        async def is_as_before() -> bool:
            """Whether the driver holds no more than before."""
            now = await client.rpc.stats()
            held = ("open_transactions", "open_cursors", "requests_waiting")
            return all(now[name] == before[name] for name in held)

        await until_told(is_as_before)
