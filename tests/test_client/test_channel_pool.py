"""The connections of a client: how many, which one, and what waits for one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Iterator, List

import pytest

from code_analysis_db.client.channel import Channel
from code_analysis_db.client.channel_pool import ChannelPool
from code_analysis_db.client.result_reading import field
from code_analysis_db.exceptions import DriverConnectionError, DriverUnavailableError
from code_analysis_db.request import SelectRequest

from .scripted_driver import DONE, ScriptedDriver

done = field("done")


@pytest.fixture
def driver(socket_path: Path) -> Iterator[ScriptedDriver]:
    """A driver that answers everything."""
    with ScriptedDriver(lambda _: DONE, socket_path) as scripted:
        yield scripted


@pytest.fixture
def pool(driver: ScriptedDriver) -> Iterator[ChannelPool]:
    """A pool of three at most, that waits for a minute."""
    made = ChannelPool(driver.endpoint, 3, 60)
    yield made
    made.close()


def give_all(pool: ChannelPool, channels: List[Channel]) -> None:
    """Give channels back."""
    while channels:
        pool.give(channels.pop())


def test_channel_given_back_last_is_taken_first(
    pool: ChannelPool, driver: ScriptedDriver
) -> None:
    first, second = pool.take(), pool.take()
    pool.give(first)
    pool.give(second)
    assert pool.take() is second
    assert pool.take() is first
    give_all(pool, [first, second])
    assert driver.connections == 2


def test_taker_at_the_limit_gets_the_next_channel_that_is_given_back(
    pool: ChannelPool, driver: ScriptedDriver
) -> None:
    taken = [pool.take() for _ in range(3)]
    got: List[Channel] = []
    waiter = threading.Thread(target=lambda: got.append(pool.take()))
    waiter.start()
    freed = taken.pop()
    pool.give(freed)
    waiter.join(10)
    assert got == [freed]
    assert driver.connections == 3
    give_all(pool, taken + got)


def test_taker_at_the_limit_gets_the_place_of_a_channel_that_broke(
    pool: ChannelPool, driver: ScriptedDriver
) -> None:
    taken = [pool.take() for _ in range(3)]
    got: List[Channel] = []
    waiter = threading.Thread(target=lambda: got.append(pool.take()))
    waiter.start()
    broken = taken.pop()
    broken.close()
    pool.give(broken)
    waiter.join(10)
    assert got and got[0] is not broken
    assert driver.connections == 4
    give_all(pool, taken + got)


def test_waiting_for_a_channel_ends_with_the_advice_what_to_do(
    pool: ChannelPool,
) -> None:
    taken = [pool.take() for _ in range(3)]
    with pytest.raises(DriverConnectionError, match="all 3 .* max_connections"):
        pool.take(0.05)
    give_all(pool, taken)


def test_channel_that_was_lost_without_being_given_back_leaves_its_place(
    pool: ChannelPool,
) -> None:
    for _ in range(10):
        pool.take().close()
    give_all(pool, [pool.take() for _ in range(3)])


def test_channel_whose_reply_is_due_is_not_handed_out_again(pool: ChannelPool) -> None:
    channel = pool.take()
    channel.send(SelectRequest("t"))
    pool.give(channel)
    assert channel.closed
    other = pool.take()
    assert other.call(SelectRequest("t"), done)
    pool.give(other)


def test_place_of_a_connection_that_failed_is_free_again(socket_path: Path) -> None:
    with ScriptedDriver(lambda _: DONE, socket_path) as driver:
        pool = ChannelPool(driver.endpoint, 1, 60)
    for _ in range(3):
        with pytest.raises(DriverUnavailableError):
            pool.take()
    with ScriptedDriver(lambda _: DONE, socket_path):
        pool.give(pool.take())
        pool.close()


def test_closed_pool_closes_what_is_given_back_and_gives_nothing_out(
    pool: ChannelPool,
) -> None:
    used, free = pool.take(), pool.take()
    pool.give(free)
    pool.close()
    assert [free.closed, used.closed] == [True, False]
    pool.give(used)
    assert [free.closed, used.closed] == [True, True]
    with pytest.raises(DriverConnectionError, match="closed"):
        pool.take()


def test_those_who_wait_hear_that_the_pool_is_closed(pool: ChannelPool) -> None:
    taken = [pool.take() for _ in range(3)]
    errors: List[str] = []

    def wait() -> None:
        """Wait in vain."""
        try:
            pool.take()
        except DriverConnectionError as error:
            errors.append(str(error))

    waiter = threading.Thread(target=wait)
    waiter.start()
    pool.close()
    waiter.join(10)
    assert errors == ["the client is closed"]
    give_all(pool, taken)


def test_many_threads_share_few_channels(
    pool: ChannelPool, driver: ScriptedDriver
) -> None:
    """Nobody gets a channel that another uses: replies would be out of turn."""
    failures: List[BaseException] = []

    def work() -> None:
        """Take, use and give back."""
        try:
            for _ in range(50):
                channel = pool.take()
                try:
                    assert channel.call(SelectRequest("t"), done)
                finally:
                    pool.give(channel)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert driver.connections <= 3
    assert len(driver.names) == 600
