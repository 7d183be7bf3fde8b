"""A bounded number of sessions, under threads, without a database."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, List

import pytest

from code_analysis_db.drivers import Deadline, ExecutionContext
from code_analysis_db.drivers.session_pool import SessionPool
from code_analysis_db.exceptions import (
    DriverConnectionError,
    LockTimeoutError,
    RequestCancelledError,
    RequestTimeoutError,
)

from .connecting import LONG, wait_until


class Session:
    """What a pool needs of a session, and who uses it."""

    def __init__(self) -> None:
        """Be open and unused."""
        self.in_transaction = False
        self.closed = False
        self.user = 0

    def rollback(self) -> None:
        """Roll back what is open."""
        self.in_transaction = False

    def close(self) -> None:
        """Close the session."""
        self.closed = True


class Pools:
    """Makes pools, and counts the sessions that they open."""

    def __init__(self) -> None:
        """Have none."""
        self.context = ExecutionContext()
        self.opened: List[Session] = []

    def open(self) -> Session:
        """Open a session."""
        session = Session()
        self.opened.append(session)
        return session

    def pool(self, limit: int, timeout: float = LONG) -> SessionPool[Session]:
        """Return an empty pool that keeps all of its sessions."""
        return SessionPool(
            self.open, self.context, keep=limit, limit=limit, timeout=timeout
        )


@pytest.fixture
def pools() -> Pools:
    """A maker of pools."""
    return Pools()


@pytest.fixture
def quick_switching() -> Iterator[None]:
    """Have the interpreter change threads as often as it can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("quick_switching")
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_session_has_one_user_at_a_time_and_nobody_is_forgotten(
    pools: Pools, limit: int
) -> None:
    pool = pools.pool(limit)

    def work(number: int) -> None:
        """Take and give back, now and then a session that is of no more use."""
        for step in range(300):
            session = pool.take()
            assert session.user == 0 and not session.closed
            session.user = number
            if step % 50 == 0:
                time.sleep(0)
            assert session.user == number
            session.user = 0
            if step % 90 == 0:
                pool.discard(session)
            else:
                session.in_transaction = step % 3 == 0
                pool.give_back(session)

    with ThreadPoolExecutor(12) as executor:
        for done in [executor.submit(work, n) for n in range(1, 13)]:
            done.result(LONG)
    assert len(pool) == pool.idle <= limit
    assert not any(s.in_transaction for s in pools.opened if not s.closed)


def test_sessions_go_to_those_who_have_waited_longest(pools: Pools) -> None:
    pool = pools.pool(1)
    session = pool.take()
    order: List[int] = []
    threads = []

    def work(number: int) -> None:
        """Wait for the session and give it on."""
        mine = pool.take()
        order.append(number)
        pool.give_back(mine)

    for number in range(5):
        thread = threading.Thread(target=work, args=(number,))
        thread.start()
        threads.append(thread)
        wait_until(lambda: len(pool._waiters) == number + 1)
    pool.give_back(session)
    for thread in threads:
        thread.join(LONG)
    assert order == [0, 1, 2, 3, 4]
    assert len(pools.opened) == 1


def test_the_session_used_last_is_used_next(pools: Pools) -> None:
    pool = pools.pool(3)
    first, second = pool.take(), pool.take()
    pool.give_back(first)
    pool.give_back(second)
    assert pool.take() is second


def test_a_session_that_is_discarded_makes_room_for_who_waits(pools: Pools) -> None:
    pool = pools.pool(1)
    session = pool.take()
    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(pool.take)
        wait_until(lambda: bool(pool._waiters))
        pool.discard(session)
        other = waiting.result(LONG)
    assert session.closed and not other.closed
    assert len(pool) == 1


def test_waiting_ends_with_the_timeout_the_deadline_or_a_cancel(pools: Pools) -> None:
    pool = pools.pool(1, timeout=0.05)
    session = pool.take()
    with pytest.raises(LockTimeoutError, match="all 1 sessions"):
        pool.take()
    deadline = Deadline(time.perf_counter() + 0.05)
    pools.context.deadline = deadline
    with pytest.raises(RequestTimeoutError):
        pool.take()
    deadline = Deadline(time.perf_counter() + LONG)
    pools.context.deadline = deadline
    threading.Timer(0.05, deadline.cancel).start()
    with pytest.raises(RequestCancelledError):
        pool.take()
    assert deadline.interrupt is None
    pools.context.deadline = None
    pool.give_back(session)
    assert pool.take() is session


def test_a_failure_to_open_counts_for_nothing(pools: Pools) -> None:
    pool = pools.pool(1)
    refuse = True

    def open_session() -> Session:
        """Fail the first time."""
        if refuse:
            raise DriverConnectionError("refused")
        return Session()

    pool = SessionPool(open_session, pools.context, keep=1, limit=1, timeout=1)
    for _ in range(3):
        with pytest.raises(DriverConnectionError, match="refused"):
            pool.take()
    assert len(pool) == 0
    refuse = False
    assert pool.take()


def test_closing_ends_the_sessions_and_the_waiting(pools: Pools) -> None:
    pool = pools.pool(1)
    session = pool.take()
    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(pool.take)
        wait_until(lambda: bool(pool._waiters))
        pool.close()
        with pytest.raises(DriverConnectionError, match="not connected"):
            waiting.result(LONG)
    assert session.closed
    pool.give_back(session)
    with pytest.raises(DriverConnectionError, match="not connected"):
        pool.take()
