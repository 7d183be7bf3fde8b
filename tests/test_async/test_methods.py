"""The methods of the client, one by one and many at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import List

import pytest

from code_analysis_db import AsyncDatabaseClient, DriverProcess, Endpoint, Progress
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverUnavailableError,
    HandshakeError,
    InvalidRequestError,
    InvalidValueError,
    MessageTooLargeError,
    RequestTimeoutError,
    UniqueViolationError,
    UnknownTableError,
)

from .in_loop import in_loop


@in_loop
async def test_thousand_requests_at_a_time_share_one_connection(
    endpoint: Endpoint, table: str
) -> None:
    """Each gets its own reply, and the driver sees one client more."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        clients = (await client.rpc.stats())["clients"]
        ids = await asyncio.gather(
            *(client.rpc.insert(table, {"name": f"n{n}"}) for n in range(1000))
        )
        rows = await asyncio.gather(
            *(client.rpc.select(table, {"id": key}) for key in ids)
        )
        assert [row["name"] for (row,) in rows] == [f"n{n}" for n in range(1000)]
        assert (await client.rpc.stats())["clients"] == clients


@in_loop
async def test_methods_give_what_those_of_the_blocking_client_give(
    endpoint: Endpoint, table: str
) -> None:
    """Rows, counts, ids, raw SQL, and the variants of their arguments."""
    client = await AsyncDatabaseClient.connect(str(endpoint))
    rpc = client.rpc
    assert (await rpc.ping())["pid"] > 0
    assert await rpc.insert_many(table, [{"name": "a"}, {"name": "b"}]) == [1, 2]
    assert await rpc.insert(table, {"name": "a"}, on_conflict="ignore") is None
    assert await rpc.upsert(table, {"id": 2, "name": "c"}) == 2
    assert await rpc.update(table, {"id": 1}, {"size": 9}) == 1
    (stored,) = await rpc.update(table, {"id": 1}, {"size": 8}, returning="*")
    assert stored == {"id": 1, "name": "a", "size": 8}
    assert await rpc.count(table, {"size": {"gt": 7}}) == 1
    assert await rpc.aggregate(table, {"most": ("max", "size")}) == [{"most": 8}]
    found = await rpc.execute(f"SELECT name FROM {table} WHERE id = ?", [2])
    assert found["data"] == [{"name": "c"}]
    assert await rpc.execute_many(f"DELETE FROM {table} WHERE id = ?", [[1], [2]]) == 2
    assert table in await rpc.list_tables()
    assert [column["name"] for column in await rpc.get_table_info(table)] == [
        "id",
        "name",
        "size",
    ]
    await client.close()


@in_loop
async def test_errors_arrive_as_the_classes_that_the_driver_raised(
    endpoint: Endpoint, table: str
) -> None:
    """And the connection goes on."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        rpc = client.rpc
        await rpc.insert(table, {"name": "a"})
        with pytest.raises(UniqueViolationError) as violated:
            await rpc.insert(table, {"name": "a"})
        assert (violated.value.table, violated.value.column) == (table, "name")
        with pytest.raises(UnknownTableError):
            await rpc.select("nowhere")
        with pytest.raises(InvalidValueError):
            await rpc.insert(table, {"name": object()})
        with pytest.raises(InvalidRequestError, match="timeout"):
            await rpc.ping(timeout=-1)
        assert await rpc.count(table) == 1


@in_loop
async def test_batch_is_one_message_all_or_nothing(
    endpoint: Endpoint, table: str
) -> None:
    """The handles have values after the block; a block that fails does nothing."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        async with client.batch() as batch:
            first = batch.insert(table, {"name": "a"})
            count = batch.count(table)
        assert (first.result, count.result) == (1, 1)
        with pytest.raises(UniqueViolationError):
            async with client.batch() as batch:
                batch.insert(table, {"name": "b"})
                batch.insert(table, {"name": "a"})
        with pytest.raises(ZeroDivisionError):
            async with client.rpc.batch() as batch:
                batch.insert(table, {"name": "c"})
                raise ZeroDivisionError
        assert await client.rpc.count(table) == 1


@in_loop
async def test_rows_of_many_messages_keep_apart_from_others(
    endpoint: Endpoint, table: str
) -> None:
    """Large inserts and selects go in parts, at the same time on one connection."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        groups = [
            [{"name": f"{group}-{n}", "size": group} for n in range(7000)]
            for group in range(5)
        ]
        ids = await asyncio.gather(
            *(client.rpc.insert_many(table, rows) for rows in groups)
        )
        assert [len(each) for each in ids] == [7000] * 5
        assert len({key for each in ids for key in each}) == 35_000
        found = await asyncio.gather(
            *(client.rpc.select(table, {"size": group}) for group in range(5))
        )
        for group, rows in enumerate(found):
            assert {row["name"] for row in rows} == {
                row["name"] for row in groups[group]
            }


def test_request_over_the_limit_is_refused_and_others_go_on(tmp_path: Path) -> None:
    """In one message, in parts that are too large together, and as a result."""
    limit = 100_000
    config = {"path": str(tmp_path / "db"), "max_message_size": limit}

    async def main(endpoint: Endpoint) -> None:
        """Send too much, again and again."""
        async with AsyncDatabaseClient.connect(endpoint) as client:
            rpc = client.rpc
            column = {"name": "name", "type": "TEXT"}
            await rpc.create_table({"name": "t", "columns": [column]})
            small = asyncio.gather(*(rpc.insert("t", {"name": "s"}) for _ in range(50)))
            with pytest.raises(MessageTooLargeError):
                await rpc.insert("t", {"name": "x" * limit})
            with pytest.raises(MessageTooLargeError):
                await rpc.insert_many("t", [{"name": "x" * 20}] * 10_000)
            await small
            assert await rpc.count("t") == 50
            for _ in range(3):
                await rpc.insert_many("t", [{"name": "x" * 1000}] * 60)
            with pytest.raises(MessageTooLargeError, match="select_iter"):
                await rpc.select("t")
            assert (
                len([row async for row in rpc.select_iter("t", chunk_size=20)]) == 230
            )

    with DriverProcess({"type": "sqlite", "config": config}) as blocking:
        asyncio.run(asyncio.wait_for(main(blocking.endpoint), 60))


@in_loop
async def test_time_limit_counts_the_waiting_for_a_turn(
    endpoint: Endpoint, table: str
) -> None:
    """Writes that wait for another's transaction, in the driver or in the client."""
    async with AsyncDatabaseClient.connect(endpoint, default_timeout=0.3) as client:
        async with client.transaction(write=True):
            outcomes = await asyncio.gather(
                *(client.rpc.insert(table, {"name": f"n{n}"}) for n in range(300)),
                return_exceptions=True,
            )
        assert {type(outcome) for outcome in outcomes} == {RequestTimeoutError}
        assert await client.rpc.count(table, timeout=10) == 0


@in_loop
async def test_progress_is_told_as_it_is_made(endpoint: Endpoint) -> None:
    """The parts that tell it come while the request is under way."""
    told: List[Progress] = []
    async with AsyncDatabaseClient.connect(endpoint) as client:
        definition = await client.rpc.export_schema()
        report = await client.rpc.sync_schema(
            definition, dry_run=True, progress=told.append
        )
        assert report["dry_run"]


@in_loop
async def test_connecting_to_nobody_or_with_another_key_is_an_error(
    endpoint: Endpoint,
) -> None:
    """It does not hang and names the endpoint."""
    nowhere = Endpoint.parse("unix:///nowhere/driver.sock?key=00")
    with pytest.raises(DriverUnavailableError, match="/nowhere/driver.sock"):
        await AsyncDatabaseClient.connect(nowhere, reconnect_timeout=0.1)
    with pytest.raises(HandshakeError, match="refused the key"):
        await AsyncDatabaseClient.connect(f"{endpoint.address}?key=00ff")


@in_loop
async def test_closed_client_says_so(endpoint: Endpoint, table: str) -> None:
    """Closing twice is fine; its use is an error."""
    client = await AsyncDatabaseClient.connect(endpoint)
    await client.close()
    await client.close()
    with pytest.raises(DriverConnectionError, match="the client is closed"):
        await client.rpc.count(table)
    with pytest.raises(DriverConnectionError, match="the client is closed"):
        await client.rpc.begin_transaction()
