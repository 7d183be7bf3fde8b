"""A real driver is killed or stopped with many requests under way."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from code_analysis_db import AsyncDatabaseClient, DriverProcess
from code_analysis_db.exceptions import (
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
    TransactionLostError,
)

from .in_loop import in_loop, until

COLUMNS = [
    {"name": "id", "type": "INTEGER", "primary_key": True},
    {"name": "name", "type": "TEXT", "unique": True},
]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[DriverProcess]:
    """A supervised driver over a file with one table."""
    config = {"type": "sqlite", "config": {"path": str(tmp_path / "t.db")}}
    driver = DriverProcess(config, max_restarts=100, heartbeat_interval=0)
    with driver as client:
        client.rpc.create_table({"name": "t", "columns": COLUMNS})
        yield driver


def _signal(process: DriverProcess, number: int) -> None:
    """Send the driver a signal."""
    assert process.pid is not None
    os.kill(process.pid, number)


@in_loop
async def test_idle_client_notices_nothing(process: DriverProcess) -> None:
    """Reads and writes go to the driver that came after."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:
        _signal(process, signal.SIGKILL)
        assert await client.rpc.insert("t", {"name": "a"}) == 1
        _signal(process, signal.SIGKILL)
        assert await client.rpc.select("t") == [{"id": 1, "name": "a"}]


@in_loop
async def test_no_acknowledged_row_is_lost_and_none_is_written_twice(
    process: DriverProcess,
) -> None:
    """The driver is killed again and again with a hundred requests under way."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:
        acknowledged: List[str] = []
        unknown: List[str] = []
        refused: List[str] = []
        working = True

        async def write(writer: int) -> None:
            """Write row after row, each with a name of its own."""
            number = 0
            while working:
                number += 1
                name = f"{writer}-{number}"
                try:
                    await client.rpc.insert("t", {"name": name})
                except OutcomeUnknownError:
                    unknown.append(name)
                else:
                    acknowledged.append(name)

        async def read() -> None:
            """Read row after row; a read never hears of a death."""
            while working:
                try:
                    await client.rpc.count("t")
                except DriverUnavailableError as error:
                    # Three deaths under one request; the test kills that often.
                    refused.append(str(error))

        tasks = [asyncio.create_task(write(writer)) for writer in range(60)]
        tasks += [asyncio.create_task(read()) for _ in range(40)]
        for _ in range(3):
            before = len(acknowledged)
            await until(lambda: len(acknowledged) > before + 100, 40)
            _signal(process, signal.SIGKILL)
        before = len(acknowledged)
        await until(lambda: len(acknowledged) > before + 100, 40)
        working = False
        await asyncio.gather(*tasks)
        assert all("lost 3 times" in reason for reason in refused)
        names = [row["name"] for row in await client.rpc.select("t")]
        assert len(names) == len(set(names))
        assert set(acknowledged) <= set(names)
        assert set(names) <= set(acknowledged) | set(unknown)


@in_loop
async def test_transaction_of_a_killed_driver_is_run_again(
    process: DriverProcess,
) -> None:
    """By ``run_transaction``; else it is lost, and nothing of it was applied."""
    async with AsyncDatabaseClient.connect(process.endpoint) as client:
        with pytest.raises(TransactionLostError):
            async with client.transaction() as tx:
                await tx.insert("t", {"name": "lost"})
                _signal(process, signal.SIGKILL)
                await tx.insert("t", {"name": "lost too"})
        attempts = 0

        async def write(transaction: Any) -> None:
            """Lose the driver the first time."""
            nonlocal attempts
            attempts += 1
            await transaction.insert("t", {"name": "kept"})
            if attempts == 1:
                _signal(process, signal.SIGKILL)
            await transaction.insert("t", {"name": "kept too"})

        await client.run_transaction(write)
        assert attempts == 2
        assert await client.rpc.count("t") == 2


@in_loop
async def test_stopped_driver_hangs_nobody_who_states_a_time(
    process: DriverProcess,
) -> None:
    """A hundred requests, a new client, a transaction and a cancellation."""
    with pytest.MonkeyPatch.context() as patch:
        module = "code_analysis_db.client.aio.connection"
        patch.setattr(f"{module}.REPLY_GRACE", 0.2)
        async with AsyncDatabaseClient.connect(process.endpoint) as client:
            held = await client.rpc.begin_transaction()
            _signal(process, signal.SIGSTOP)
            try:
                reads = [client.rpc.count("t", timeout=0.3) for _ in range(80)]
                writes = [
                    client.rpc.insert("t", {"name": f"{n}"}, timeout=0.3)
                    for n in range(20)
                ]
                outcomes = await asyncio.gather(*reads, return_exceptions=True)
                assert {type(each) for each in outcomes} == {RequestTimeoutError}
                written = await asyncio.gather(*writes, return_exceptions=True)
                assert {type(each) for each in written} <= {
                    OutcomeUnknownError,
                    DriverUnavailableError,
                }
                with pytest.raises(TransactionLostError):
                    await client.rpc.count("t", transaction_id=held, timeout=0.3)
                with pytest.raises(DriverUnavailableError):
                    await AsyncDatabaseClient.connect(
                        process.endpoint, default_timeout=0.3, reconnect_timeout=0.3
                    )
                waiting = asyncio.create_task(client.rpc.count("t"))
                await asyncio.sleep(0.05)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            finally:
                _signal(process, signal.SIGCONT)
            assert await client.rpc.count("t", timeout=10) <= 20


@in_loop
async def test_cancelled_transaction_of_a_stopped_driver_ends_in_time(
    process: DriverProcess,
) -> None:
    """Its rollback is not waited for for ever; the driver does it when it goes on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("code_analysis_db.client.aio.transaction._UNDO_SECONDS", 0.2)
        async with AsyncDatabaseClient.connect(process.endpoint) as client:
            written = asyncio.Event()

            async def work() -> None:
                """Write and wait."""
                async with client.transaction() as tx:
                    await tx.insert("t", {"name": "a"})
                    written.set()
                    await asyncio.sleep(60)

            task = asyncio.create_task(work())
            await written.wait()
            _signal(process, signal.SIGSTOP)
            try:
                task.cancel()
                done, _ = await asyncio.wait((task,), timeout=5)
                assert done and task.cancelled()
            finally:
                _signal(process, signal.SIGCONT)
            assert await client.rpc.insert("t", {"name": "b"}, timeout=10)
            assert await client.rpc.count("t") == 1
    started = time.monotonic()
    process.stop()
    assert time.monotonic() - started < 8, "the driver waited for what was given up"
