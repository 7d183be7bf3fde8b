"""Transactions in an event loop."""

from __future__ import annotations

import asyncio

import pytest

from code_analysis_db import AsyncDatabaseClient, Endpoint
from code_analysis_db.client.aio import AsyncDatabaseTransaction
from code_analysis_db.exceptions import (
    DriverTransactionError,
    InvalidRequestError,
    LockTimeoutError,
    UniqueViolationError,
)

from .in_loop import in_loop, until_told
from .statements import ENDLESS


@in_loop
async def test_block_commits_at_its_end_and_rolls_back_what_raises(
    endpoint: Endpoint, table: str
) -> None:
    """What is written is seen inside at once, and outside after the end."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with client.transaction() as tx:
            await tx.insert(table, {"name": "a"})
            assert await tx.count(table) == 1
            assert await client.rpc.count(table) == 0
        assert await client.rpc.count(table) == 1
        with pytest.raises(KeyError):
            async with client.rpc.transaction() as tx2:
                await tx2.insert(table, {"name": "b"})
                raise KeyError
        assert await client.rpc.count(table) == 1
        assert not tx.is_open and not tx2.is_open
        with pytest.raises(DriverTransactionError, match="ended"):
            await tx.count(table)
        with pytest.raises(DriverTransactionError, match="not open in this client"):
            await client.rpc.commit_transaction(tx.id)


@in_loop
async def test_nested_blocks_are_savepoints(endpoint: Endpoint, table: str) -> None:
    """An inner one can fail by itself; batches and streams are part of it."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with client.transaction() as tx:
            with pytest.raises(UniqueViolationError):
                async with tx.transaction() as part:
                    await part.insert(table, {"name": "a"})
                    await part.insert(table, {"name": "a"})
            async with tx.batch() as batch:
                handle = batch.insert(table, {"name": "b"})
            assert handle.result == 1
            names = [row["name"] async for row in tx.select_iter(table, chunk_size=1)]
            assert names == ["b"]
            await tx.commit()
        assert await client.rpc.count(table) == 1


@in_loop
async def test_tasks_take_turns_on_a_transaction(
    endpoint: Endpoint, table: str
) -> None:
    """Many tasks that use one at the same time get their own replies."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with client.transaction() as tx:
            ids = await asyncio.gather(
                *(tx.insert(table, {"name": f"n{n}"}) for n in range(50))
            )
            rows = await asyncio.gather(*(tx.select(table, {"id": key}) for key in ids))
            assert [row["name"] for (row,) in rows] == [f"n{n}" for n in range(50)]


@in_loop
async def test_id_of_a_transaction_serves_the_clients_own_methods(
    endpoint: Endpoint, table: str
) -> None:
    """Another transaction refuses it."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        held = await client.rpc.begin_transaction()
        await client.rpc.insert(table, {"name": "a"}, transaction_id=held)
        async with client.batch(transaction_id=held) as batch:
            batch.insert(table, {"name": "b"})
        async with client.transaction() as tx:
            with pytest.raises(InvalidRequestError, match="belongs to transaction"):
                await tx.count(table, transaction_id=held)
            with pytest.raises(InvalidRequestError, match="belongs to transaction"):
                tx.batch(transaction_id=held)
        assert await client.rpc.rollback_transaction(held)
        assert await client.rpc.count(table) == 0


@in_loop
async def test_cancelled_block_is_rolled_back(endpoint: Endpoint, table: str) -> None:
    """Wherever the cancellation strikes, and however many blocks there are."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        before = (await client.rpc.stats())["open_transactions"]

        async def work(seconds: float) -> None:
            """Write and then be slow, in nested blocks."""
            async with client.transaction() as tx:
                await tx.insert(table, {"name": f"{seconds}"})
                async with tx.transaction() as part:
                    await part.insert(table, {"name": f"{seconds}, nested"})
                    await part.execute(ENDLESS)

        for step in range(12):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(work(step), step * 0.003)

        async def none_is_open() -> bool:
            """Whether the driver has got rid of them all."""
            return bool((await client.rpc.stats())["open_transactions"] == before)

        await until_told(none_is_open)
        assert await client.rpc.count(table) == 0
        assert await client.rpc.insert(table, {"name": "free"}, timeout=5)


@in_loop
async def test_cancelled_call_leaves_its_transaction_usable(
    endpoint: Endpoint, table: str
) -> None:
    """Only the call is undone."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with client.transaction() as tx:
            await tx.insert(table, {"name": "a"})
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(tx.execute(ENDLESS), 0.1)
            await tx.insert(table, {"name": "b"})
        assert await client.rpc.count(table) == 2


@in_loop
async def test_run_transaction_runs_again_what_the_database_gave_up(
    endpoint: Endpoint, table: str
) -> None:
    """And not what fails otherwise."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        attempts = 0

        async def write(tx: AsyncDatabaseTransaction) -> int:
            """Fail twice after writing."""
            nonlocal attempts
            attempts += 1
            await tx.insert(table, {"name": "a"})
            if attempts < 3:
                raise LockTimeoutError("somebody else has it")
            return attempts

        assert await client.run_transaction(write) == 3
        assert await client.rpc.count(table) == 1
        with pytest.raises(UniqueViolationError):
            await client.run_transaction(write)
        assert attempts == 4
