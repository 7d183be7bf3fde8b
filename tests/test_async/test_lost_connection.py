"""The connection is lost: what is repeated, what is not, and who hears of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Callable, Coroutine, Dict, Iterator, List

import pytest

from code_analysis_db import AsyncDatabaseClient
from code_analysis_db.client.aio import AsyncDatabaseTransaction, AsyncRpcClient
from code_analysis_db.client.aio import connection as connection_module
from code_analysis_db.exceptions import (
    DriverConnectionError,
    DriverUnavailableError,
    MessageTooLargeError,
    OutcomeUnknownError,
    ProtocolError,
    RequestTimeoutError,
    TransactionLostError,
)
from code_analysis_db.messages.codec import encode_greeting, encode_result
from code_analysis_db.result import DataResult

from ..test_client.scripted_driver import DONE, LIMIT, ScriptedDriver
from ..test_client.test_faults.faults import RESULTS, Faults
from .in_loop import in_loop, until

Call = Callable[[AsyncRpcClient], Coroutine[Any, Any, Any]]
WIDE = encode_greeting({"max_message_size": LIMIT, "side_by_side": 64})


@pytest.fixture
def faults() -> Faults:
    """What goes wrong."""
    return Faults()


@pytest.fixture(params=["unix", "tcp"])
def driver(
    request: pytest.FixtureRequest, socket_path: Path, faults: Faults
) -> Iterator[ScriptedDriver]:
    """A scripted driver whose requests are done side by side."""
    path = socket_path if request.param == "unix" else None
    with ScriptedDriver(faults, path) as scripted:
        scripted.greeting = WIDE
        yield scripted


def _requests(driver: ScriptedDriver) -> List[str]:
    """Return the names of the requests that came, without pings."""
    return [name for name in driver.names if name != "SIDE_BY_SIDE"]


def _insert(rpc: AsyncRpcClient) -> Coroutine[Any, Any, Any]:
    """Make a write."""
    return rpc.insert("t", {"a": 1})


def _execute(rpc: AsyncRpcClient) -> Coroutine[Any, Any, Any]:
    """Make what may be a write."""
    return rpc.execute("SELECT 1")


@in_loop
async def test_read_whose_reply_was_lost_is_repeated(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """Twice; then it may be what kills the driver."""
    async with AsyncDatabaseClient.connect(driver.endpoint) as client:
        faults.on = ["select", "select"]
        assert await client.rpc.select("t") == [{"a": 1}]
        assert _requests(driver) == ["select"] * 3
        faults.on = ["count"] * 10
        with pytest.raises(DriverUnavailableError, match="lost 3 times"):
            await client.rpc.count("t")


@pytest.mark.parametrize("call", [_insert, _execute])
def test_write_whose_reply_was_lost_is_not_repeated(
    driver: ScriptedDriver, faults: Faults, call: Call
) -> None:
    """It may have been applied."""

    async def main() -> None:
        """Lose it."""
        async with AsyncDatabaseClient.connect(driver.endpoint) as client:
            faults.on = ["insert", "execute"]
            with pytest.raises(OutcomeUnknownError, match="read back"):
                await call(client.rpc)
            assert len(_requests(driver)) == 1
            await call(client.rpc)

    asyncio.run(main())


@in_loop
async def test_write_on_a_connection_that_the_driver_has_closed_is_sent_on_another(
    driver: ScriptedDriver,
) -> None:
    """Nothing is handed to a peer that is gone."""
    async with AsyncDatabaseClient.connect(driver.endpoint) as client:
        driver.hang_up()
        assert await _insert(client.rpc) == 1
        assert _requests(driver) == ["insert"]
        assert driver.connections == 2


@in_loop
async def test_every_request_on_a_lost_connection_hears_of_it(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """Reads are repeated together, over one new connection; writes are not."""
    async with AsyncDatabaseClient.connect(driver.endpoint) as client:
        faults.silent_on = ["select", "insert"]
        reads = [asyncio.create_task(client.rpc.select("t")) for _ in range(100)]
        writes = [asyncio.create_task(_insert(client.rpc)) for _ in range(20)]
        await until(lambda: len(_requests(driver)) == 32 + 20)
        faults.silent_on = []
        driver.hang_up()
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {OutcomeUnknownError}
        assert await asyncio.gather(*reads) == [[{"a": 1}]] * 100
        assert driver.connections == 2


@in_loop
async def test_driver_that_stays_silent_past_the_time_limit_is_given_up(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """That request only; those after it go over a new connection."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_module, "REPLY_GRACE", 0.05)
        async with AsyncDatabaseClient.connect(driver.endpoint) as client:
            faults.silent_on = ["select", "insert", "count"]
            waiting = asyncio.create_task(client.rpc.count("t"))
            with pytest.raises(RequestTimeoutError):
                await client.rpc.select("t", timeout=0.1)
            faults.silent_on = ["insert"]
            assert await client.rpc.select("t", timeout=5)
            assert driver.connections == 2
            with pytest.raises(OutcomeUnknownError):
                await client.rpc.insert("t", {"a": 1}, timeout=0.1)
            assert not waiting.done()
            driver.hang_up()
            assert await waiting == 1


@in_loop
async def test_requests_that_wait_behind_a_silent_one_take_another_connection(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """They were never sent on the first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_module, "REPLY_GRACE", 0.05)
        async with AsyncDatabaseClient.connect(driver.endpoint) as client:
            faults.silent_on = ["select", "count"]
            silent = asyncio.create_task(client.rpc.select("t", timeout=0.5))
            counts = [asyncio.create_task(client.rpc.count("t")) for _ in range(40)]
            await until(lambda: len(_requests(driver)) == 32)
            faults.silent_on = []
            with pytest.raises(RequestTimeoutError):
                await silent
            await until(lambda: sum(count.done() for count in counts) == 9)
            driver.hang_up()
            assert await asyncio.gather(*counts) == [1] * 40


@in_loop
async def test_requests_under_way_when_the_client_is_closed_fail(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """Of writes that were sent the outcome is unknown; none hangs."""
    client = await AsyncDatabaseClient.connect(driver.endpoint)
    faults.silent_on = ["select", "insert"]
    sent = [asyncio.create_task(_insert(client.rpc)) for _ in range(32)]
    reads = [asyncio.create_task(client.rpc.select("t")) for _ in range(40)]
    await until(lambda: len(_requests(driver)) == 64)
    waiting = [asyncio.create_task(_insert(client.rpc)) for _ in range(40)]
    held = await client.rpc.begin_transaction()
    await client.close()
    for tasks, expected in (
        (sent, OutcomeUnknownError),
        (reads, DriverConnectionError),
        (waiting, DriverConnectionError),
    ):
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {expected}
    with pytest.raises(TransactionLostError):
        await client.rpc.count("t", transaction_id=held)


@in_loop
async def test_transaction_goes_with_its_connection(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """Nothing of it was applied, unless the reply to its commit was lost."""
    async with AsyncDatabaseClient.connect(driver.endpoint) as client:
        with pytest.raises(TransactionLostError):
            async with client.rpc.transaction() as tx:
                faults.on = ["insert"]
                await tx.insert("t", {"a": 1})
        assert tx.is_lost
        faults.on = ["commit_transaction"]
        with pytest.raises(OutcomeUnknownError, match="commit"):
            async with client.rpc.transaction():
                pass
        faults.on = ["begin_transaction"]
        async with client.rpc.transaction() as tx:
            await tx.count("t")
        attempts = 0

        async def count_attempts(tx: AsyncDatabaseTransaction) -> None:
            """Lose the connection at the first attempt."""
            nonlocal attempts
            attempts += 1
            if attempts == 1:
                faults.on = ["select"]
            await tx.select("t")

        await client.run_transaction(count_attempts)
        assert attempts == 2


@in_loop
async def test_stream_that_loses_its_driver_is_to_be_read_anew(
    driver: ScriptedDriver, faults: Faults
) -> None:
    """Rows of two moments are not joined."""
    portion = DataResult(["a"], [[1]], cursor="c")
    answers: Dict[str, Any] = {"open_cursor": portion, "fetch": portion}
    with pytest.MonkeyPatch.context() as patch:
        for name, answer in answers.items():
            patch.setitem(RESULTS, name, answer)
        async with AsyncDatabaseClient.connect(driver.endpoint) as client:
            faults.on = ["open_cursor"]
            stream = client.rpc.select_iter("t")
            assert await stream.__anext__() == {"a": 1}
            faults.on = ["fetch"]
            with pytest.raises(DriverUnavailableError, match="read it anew"):
                async for _ in stream:
                    pass


@pytest.mark.parametrize("writes", [1, 5])
def test_request_that_the_driver_never_read_is_repeated_even_a_write(
    socket_path: Path, writes: int
) -> None:
    """A driver that is killed leaves what it had not read; Linux tells the client that
    the last request was not read, of those before it nothing."""
    with ScriptedDriver(Faults(), socket_path) as driver:
        driver.greeting = WIDE
        driver.stop_reading_after("ping")

        async def main() -> None:
            """Write to a driver that does not read."""
            async with AsyncDatabaseClient.connect(driver.endpoint) as client:
                tasks = [
                    asyncio.create_task(_insert(client.rpc)) for _ in range(writes)
                ]
                # They leave in the round after the one in which they are made.
                for _ in range(3):
                    await asyncio.sleep(0)
                await asyncio.to_thread(driver.close_unread)
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            assert outcomes[-1] == 1
            assert {type(each) for each in outcomes[:-1]} <= {OutcomeUnknownError}

        asyncio.run(asyncio.wait_for(main(), 30))
    assert _requests(driver) == ["insert"]
    assert driver.connections == 2


def test_driver_that_does_not_read_makes_the_callers_wait(socket_path: Path) -> None:
    """What the socket does not take stays with its callers, who may give up; what was
    never handed over is done by the next driver."""
    with ScriptedDriver(Faults(), socket_path) as driver:
        driver.greeting = WIDE
        driver.stop_reading_after("ping")

        async def main() -> None:
            """Write more than the kernel and the client keep."""
            async with AsyncDatabaseClient.connect(driver.endpoint) as client:
                row = {"a": "x" * 100_000}
                tasks = [
                    asyncio.create_task(client.rpc.insert("t", row)) for _ in range(60)
                ]
                late = [
                    asyncio.create_task(client.rpc.insert("t", row, timeout=0.2))
                    for _ in range(20)
                ]
                rows = [row] * 3
                ahead = asyncio.create_task(client.rpc.insert_many("t", rows * 700))
                outcomes = await asyncio.gather(*late, return_exceptions=True)
                assert {type(each) for each in outcomes} == {RequestTimeoutError}
                connection = client._caller.pool._shared
                assert connection is not None
                assert connection._stream.backlog < 500_000
                ahead.cancel()
                tasks.pop().cancel()
                await asyncio.to_thread(driver.close_unread)
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
                assert outcomes.count(1) > 40
                faults = {type(each) for each in outcomes if each != 1}
                assert faults <= {OutcomeUnknownError}

        asyncio.run(asyncio.wait_for(main(), 30))


# --- a peer that talks nonsense -------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        encode_result(999, DONE),
        b"short",
        b"\0" * 8 + b"\7" + b"no kind",
        b"x" * (LIMIT + 100),
    ],
    ids=["of another request", "too short", "of no kind", "too large"],
)
def test_reply_that_makes_no_sense_ends_the_connection(
    socket_path: Path, answer: bytes
) -> None:
    """It is lost for all, and none hangs or gets another's reply."""
    with ScriptedDriver(lambda seen: answer, socket_path) as driver:

        async def main() -> None:
            """Meet the nonsense."""
            async with AsyncDatabaseClient.connect(driver.endpoint) as client:
                with pytest.raises(DriverUnavailableError):
                    await client.rpc.select("t")
                with pytest.raises(OutcomeUnknownError):
                    await client.rpc.insert("t", {"a": 1})

        asyncio.run(asyncio.wait_for(main(), 30))


@in_loop
async def test_request_over_the_drivers_limit_is_refused_before_it_is_sent(
    driver: ScriptedDriver,
) -> None:
    """Alone, and with rows that go ahead; the driver hears of nothing."""
    async with AsyncDatabaseClient.connect(driver.endpoint) as client:
        with pytest.raises(MessageTooLargeError):
            await client.rpc.insert("t", {"a": "x" * LIMIT})
        with pytest.raises(MessageTooLargeError):
            await client.rpc.insert_many("t", [{"a": "x" * 1000}] * 3000)
        assert await _insert(client.rpc) == 1
        assert _requests(driver) == ["insert"]


def test_peer_of_another_protocol_is_refused(socket_path: Path) -> None:
    """It says what to do."""
    with ScriptedDriver(Faults(), socket_path) as driver:
        driver.greeting = driver.greeting.replace(b"protocol\x01", b"protocol\x09")

        async def main() -> None:
            """Try to connect."""
            with pytest.raises(ProtocolError, match="speaks protocol 9"):
                await AsyncDatabaseClient.connect(driver.endpoint)

        asyncio.run(main())
