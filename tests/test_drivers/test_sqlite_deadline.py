"""Deadlines and cancelling: what stops, how soon, and what is left."""

from __future__ import annotations

import threading
from functools import partial
from time import perf_counter
from typing import Any, Callable, List, Type

import pytest

from code_analysis_db.drivers import BudgetExceeded, Deadline, SQLiteDriver
from code_analysis_db.exceptions import (
    DriverTransactionError,
    RequestCancelledError,
    RequestTimeoutError,
)

from .conftest import MakeSQLite
from .unified.definitions import PARENTS

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
ENDLESS_READ = ENDLESS + "SELECT max(i) FROM n"
ENDLESS_WRITE = ENDLESS + "INSERT INTO parents (name) SELECT 'n' || i FROM n"


@pytest.fixture
def patient(make_sqlite: MakeSQLite) -> SQLiteDriver:
    """A driver with the table ``parents`` that would wait long for a lock."""
    driver = make_sqlite(busy_timeout=60)
    driver.create_table(PARENTS)
    return driver


def stops(driver: SQLiteDriver, deadline: Deadline, kind: Type[BaseException]) -> Any:
    """Return a context in which the error must come, soon, under the deadline."""

    def run(work: Callable[[], Any]) -> BaseException:
        """Run the work under the deadline and return its error."""
        started = perf_counter()
        driver.context.deadline = deadline
        try:
            with pytest.raises(kind) as caught:
                work()
        finally:
            driver.context.deadline = None
        assert perf_counter() - started < 10
        return caught.value

    return run


def soon(budget: bool = False) -> Deadline:
    """Return a deadline that a short statement reaches."""
    return Deadline(perf_counter() + 0.05, budget)


def test_a_read_stops_at_its_deadline(patient: SQLiteDriver) -> None:
    run = stops(patient, soon(), RequestTimeoutError)
    run(lambda: patient.execute(ENDLESS_READ))
    assert patient.count("parents") == 0


def test_a_write_that_is_stopped_is_undone(patient: SQLiteDriver) -> None:
    run = stops(patient, soon(), RequestTimeoutError)
    run(lambda: patient.execute(ENDLESS_WRITE))
    assert patient.count("parents") == 0
    assert patient.insert("parents", {"name": "a"}) == 1


def test_a_read_beyond_its_budget_is_no_error_of_the_caller(
    patient: SQLiteDriver,
) -> None:
    run = stops(patient, soon(budget=True), BudgetExceeded)
    run(lambda: patient.execute(ENDLESS_READ))
    assert patient.execute("SELECT 1 AS a")["data"] == [{"a": 1}]


def test_a_cancelled_statement_stops(patient: SQLiteDriver) -> None:
    deadline = Deadline()
    timer = threading.Timer(0.05, deadline.cancel)
    timer.start()
    run = stops(patient, deadline, RequestCancelledError)
    run(lambda: patient.execute(ENDLESS_READ))
    timer.join()


def test_a_read_that_is_stopped_leaves_its_transaction(patient: SQLiteDriver) -> None:
    transaction = patient.begin_transaction()
    patient.insert("parents", {"name": "a"}, transaction_id=transaction)
    run = stops(patient, soon(), RequestTimeoutError)
    run(lambda: patient.execute(ENDLESS_READ, transaction_id=transaction))
    patient.commit_transaction(transaction)
    assert patient.count("parents") == 1


def test_a_write_that_is_stopped_ends_its_transaction(patient: SQLiteDriver) -> None:
    transaction = patient.begin_transaction()
    patient.insert("parents", {"name": "a"}, transaction_id=transaction)
    run = stops(patient, soon(), RequestTimeoutError)
    error = run(lambda: patient.execute(ENDLESS_WRITE, transaction_id=transaction))
    assert "was rolled back as a whole" in str(error)
    with pytest.raises(DriverTransactionError, match="time ran out"):
        patient.commit_transaction(transaction)
    assert patient.count("parents") == 0


def test_a_request_that_is_over_writes_nothing(patient: SQLiteDriver) -> None:
    run = stops(patient, Deadline(perf_counter() - 1), RequestTimeoutError)
    run(lambda: patient.insert("parents", {"name": "a"}))
    transaction = patient.begin_transaction()
    run(lambda: patient.insert("parents", {"name": "a"}, transaction_id=transaction))
    patient.commit_transaction(transaction)
    assert patient.count("parents") == 0


def test_waiting_for_the_write_lock_ends_at_the_deadline(
    patient: SQLiteDriver,
) -> None:
    transaction = patient.begin_transaction(write=True)
    insert = partial(patient.insert, "parents", {"name": "a"})
    stops(patient, soon(), RequestTimeoutError)(insert)
    stops(patient, soon(budget=True), BudgetExceeded)(insert)
    patient.rollback_transaction(transaction)
    assert patient.count("parents") == 0


def test_a_strangers_lock_is_waited_for_until_the_deadline(
    make_sqlite: MakeSQLite, patient: SQLiteDriver
) -> None:
    other = make_sqlite()
    transaction = other.begin_transaction(write=True)
    run = stops(patient, soon(), RequestTimeoutError)
    run(lambda: patient.insert("parents", {"name": "a"}))
    other.rollback_transaction(transaction)
    assert patient.insert("parents", {"name": "a"}) == 1


def test_readers_run_beside_a_writer_and_each_other(patient: SQLiteDriver) -> None:
    patient.insert("parents", {"name": "a"})
    transaction = patient.begin_transaction(write=True)
    patient.insert("parents", {"name": "b"}, transaction_id=transaction)
    counts: List[int] = []
    cursors = [patient.open_select("parents") for _ in range(20)]
    threads = [
        threading.Thread(target=lambda: counts.append(patient.count("parents")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counts == [1] * 8
    assert [len(cursor.fetch(10)) for cursor in cursors] == [1] * 20
    patient.commit_transaction(transaction)
    assert patient.count("parents") == 2


def test_threads_that_write_take_turns(patient: SQLiteDriver) -> None:
    errors: List[BaseException] = []

    def write(name: str) -> None:
        """Insert parents one by one."""
        try:
            for number in range(50):
                patient.insert("parents", {"name": f"{name} {number}"})
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert patient.count("parents") == 200
