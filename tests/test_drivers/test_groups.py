"""Groups: the writes of several callers in one commit, each with its own outcome."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import Any, Callable, Dict, List, Union

import pytest

from code_analysis_db.drivers import BaseDatabaseDriver, Deadline, SQLiteDriver
from code_analysis_db.exceptions import (
    DiskFullError,
    DriverError,
    ForeignKeyViolationError,
    LockTimeoutError,
    RequestTimeoutError,
    UniqueViolationError,
)

from .conftest import MakeSQLite
from .unified.definitions import PARENTS

Outcome = Union[DriverError, Any]
Operation = Callable[[], Outcome]


def outcome_of(work: Callable[[], Any]) -> Operation:
    """Return an operation that runs ``work`` and raises nothing."""

    def operation() -> Outcome:
        """Return the result, or the error."""
        try:
            return work()
        except DriverError as error:
            return error

    return operation


def as_outcome(error: DriverError) -> Outcome:
    """Make the outcome of an operation whose commit failed."""
    return error


def inserts(driver: BaseDatabaseDriver, names: str) -> List[Operation]:
    """Return an operation for each name that inserts a parent."""
    return [
        outcome_of(partial(driver.insert, "parents", {"name": name})) for name in names
    ]


def names_in(driver: BaseDatabaseDriver) -> str:
    """Return the names of the parents, in order."""
    rows = driver.select("parents", order_by="name", columns=["name"])
    return "".join(row["name"] for row in rows)


def is_error(outcome: Outcome, kind: type) -> bool:
    """Tell whether the outcome is an error of that class."""
    return isinstance(outcome, kind)


def test_each_member_has_its_outcome(family: BaseDatabaseDriver) -> None:
    outcomes = family.run_group(inserts(family, "abca"), as_outcome)
    assert outcomes[:3] == [1, 1, 1]
    assert is_error(outcomes[3], UniqueViolationError)
    assert names_in(family) == "abc"


def test_no_and_one_member(family: BaseDatabaseDriver) -> None:
    assert family.run_group([], as_outcome) == []
    assert family.run_group(inserts(family, "a"), as_outcome) == [1]


def test_nothing_is_visible_before_the_commit(make_sqlite: MakeSQLite) -> None:
    """Where the group is one transaction."""
    family = make_sqlite()
    family.create_table(PARENTS)
    seen: List[int] = []

    def count_with_another_session() -> None:
        """Count as somebody else does."""
        transaction = family.begin_transaction(read_only=True)
        seen.append(family.count("parents", transaction_id=transaction))
        family.rollback_transaction(transaction)

    family.run_group(
        [*inserts(family, "ab"), outcome_of(count_with_another_session)], as_outcome
    )
    assert seen == [0]
    assert family.count("parents") == 2


def test_a_member_of_several_statements_is_undone_as_one(
    family: BaseDatabaseDriver,
) -> None:
    rows: List[Dict[str, Any]] = [{"name": "x"}, {"name": "y", "age": 1}, {"name": "a"}]
    outcomes = family.run_group(
        [
            *inserts(family, "a"),
            outcome_of(lambda: family.insert_many("parents", rows)),
            *inserts(family, "b"),
        ],
        as_outcome,
    )
    assert is_error(outcomes[1], UniqueViolationError)
    assert names_in(family) == "ab"


def test_a_block_in_a_group_is_undone_as_one(family: BaseDatabaseDriver) -> None:
    def block() -> None:
        """Insert two that go together, of which the second fails."""
        with family.atomic():
            family.insert("parents", {"name": "x"})
            family.insert("parents", {"name": "a"})

    outcomes = family.run_group(
        [*inserts(family, "a"), outcome_of(block), *inserts(family, "b")], as_outcome
    )
    assert is_error(outcomes[1], UniqueViolationError)
    assert names_in(family) == "ab"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR ROLLBACK INTO parents (name) VALUES ('a')",
        "UPDATE parents SET age = 13",
    ],
    ids=["or rollback", "raise rollback"],
)
def test_a_group_that_sqlite_rolled_back_runs_one_by_one(
    make_sqlite: MakeSQLite, sql: str
) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.execute(
        "CREATE TRIGGER unlucky BEFORE UPDATE ON parents WHEN NEW.age = 13"
        " BEGIN SELECT RAISE(ROLLBACK, 'unlucky'); END"
    )
    outcomes = driver.run_group(
        [
            *inserts(driver, "ab"),
            outcome_of(lambda: driver.execute(sql)),
            *inserts(driver, "c"),
        ],
        as_outcome,
    )
    assert [is_error(outcome, DriverError) for outcome in outcomes] == [
        False,
        False,
        True,
        False,
    ]
    assert names_in(driver) == "abc"


def test_a_group_whose_commit_fails_runs_one_by_one(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    driver.execute(
        "CREATE TABLE late (p INTEGER REFERENCES parents (id)"
        " DEFERRABLE INITIALLY DEFERRED)"
    )
    outcomes = driver.run_group(
        [
            *inserts(driver, "a"),
            outcome_of(lambda: driver.insert("late", {"p": 7})),
            *inserts(driver, "b"),
        ],
        as_outcome,
    )
    assert is_error(outcomes[1], ForeignKeyViolationError)
    assert names_in(driver) == "ab"
    assert driver.count("late") == 0


def test_a_member_whose_time_runs_out_loses_nobody_elses_write(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)

    def slow() -> Any:
        """Insert rows without end, under a deadline."""
        driver.context.deadline = Deadline(perf_counter() + 0.05)
        try:
            return driver.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " INSERT INTO parents (name) SELECT 'n' || i FROM n"
            )
        finally:
            driver.context.deadline = None

    outcomes = driver.run_group(
        [*inserts(driver, "a"), outcome_of(slow), *inserts(driver, "b")], as_outcome
    )
    assert is_error(outcomes[1], RequestTimeoutError)
    assert names_in(driver) == "ab"


def test_what_runs_alone_splits_the_group(make_sqlite: MakeSQLite) -> None:
    driver = make_sqlite()
    driver.create_table(PARENTS)
    outcomes = driver.run_group(
        [
            *inserts(driver, "a"),
            outcome_of(lambda: driver.execute("VACUUM")["affected_rows"]),
            outcome_of(lambda: driver.execute("CREATE TABLE x (a)")["data"]),
            *inserts(driver, "b"),
        ],
        as_outcome,
    )
    assert outcomes == [1, 0, None, 1]
    assert names_in(driver) == "ab"
    assert driver.list_tables() == ["parents", "x"]


def test_a_full_disk_is_told_to_those_whose_rows_do_not_fit(
    make_sqlite: MakeSQLite,
) -> None:
    driver = make_sqlite(max_page_count=40)
    driver.create_table(PARENTS)
    big = [{"name": f"{number:0400}"} for number in range(1000)]
    outcomes = driver.run_group(
        [
            *inserts(driver, "a"),
            outcome_of(lambda: driver.insert_many("parents", big)),
            *inserts(driver, "b"),
        ],
        as_outcome,
    )
    assert outcomes[0] == outcomes[2] == 1
    assert is_error(outcomes[1], DiskFullError)
    assert names_in(driver) == "ab"


def test_a_group_that_cannot_begin_tells_every_member(
    make_sqlite: MakeSQLite,
) -> None:
    driver: SQLiteDriver = make_sqlite(busy_timeout=0.05)
    driver.create_table(PARENTS)
    transaction = driver.begin_transaction(write=True)
    outcomes = driver.run_group(inserts(driver, "ab"), as_outcome)
    assert all(is_error(outcome, LockTimeoutError) for outcome in outcomes)
    driver.rollback_transaction(transaction)
    assert driver.run_group(inserts(driver, "ab"), as_outcome) == [1, 1]
