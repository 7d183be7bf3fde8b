"""Rows that are read one by one in an event loop."""

from __future__ import annotations

import asyncio
import gc

import pytest

from code_analysis_db import AsyncDatabaseClient, Endpoint
from code_analysis_db.exceptions import DriverConnectionError, UnknownTableError

from .in_loop import in_loop, until_told

ROWS = 3000


async def _fill(client: AsyncDatabaseClient, table: str) -> None:
    """Put rows into the table."""
    await client.rpc.insert_many(table, [{"name": f"n{n}"} for n in range(ROWS)])


async def _wait_for_no_cursors(client: AsyncDatabaseClient) -> None:
    """Wait until the driver has none open."""

    async def none_is_open() -> bool:
        """Whether the driver has got rid of them all."""
        return not (await client.rpc.stats())["open_cursors"]

    await until_told(none_is_open)


@in_loop
async def test_streams_are_read_side_by_side(endpoint: Endpoint, table: str) -> None:
    """Each has all rows in order, whatever the size of its portions."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        await _fill(client, table)

        async def read(chunk_size: int) -> int:
            """Read them all."""
            stream = client.rpc.select_iter(table, order_by="id", chunk_size=chunk_size)
            ids = [row["id"] async for row in stream]
            assert ids == list(range(1, ROWS + 1))
            return len(ids)

        counts = await asyncio.gather(*(read(size) for size in (7, 100, 999, ROWS + 1)))
        assert counts == [ROWS] * 4
        await _wait_for_no_cursors(client)


@in_loop
async def test_stream_that_is_left_early_frees_its_cursor(
    endpoint: Endpoint, table: str
) -> None:
    """By the end of its block, by hand, and when nobody keeps it."""
    async with AsyncDatabaseClient.connect(endpoint, max_connections=1) as client:
        await _fill(client, table)
        async with client.rpc.select_iter(table, chunk_size=10) as rows:
            assert await rows.__anext__()
        stream = client.rpc.select_iter(table, chunk_size=10)
        async for _ in stream:
            break
        await stream.close()
        await stream.close()
        assert [row async for row in stream] == []
        async for _ in client.rpc.select_iter(table, chunk_size=10):
            break
        gc.collect()
        assert len([row async for row in client.rpc.select_iter(table)]) == ROWS
        await _wait_for_no_cursors(client)


@in_loop
async def test_stream_that_broke_off_does_not_look_like_its_end(
    endpoint: Endpoint, table: str
) -> None:
    """After an error, and after a cancellation."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        stream = client.rpc.select_iter("nowhere")
        for expected in (UnknownTableError, DriverConnectionError):
            with pytest.raises(expected):
                await stream.__anext__()
        stream = client.rpc.select_iter(table)
        reading = asyncio.create_task(stream.__anext__())
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        with pytest.raises(DriverConnectionError, match="broke off"):
            async for _ in stream:
                pass
        await _wait_for_no_cursors(client)
