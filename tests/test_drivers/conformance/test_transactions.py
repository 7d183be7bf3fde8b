"""Transactions: what they keep together, how they end, who sees what."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest

from code_analysis_db.exceptions import (
    DriverError,
    DriverTransactionError,
    InvalidRequestError,
    UniqueViolationError,
)

from ..unified.interface import Database, Rows

WRITES: Dict[str, Callable[[Rows], Any]] = {
    "insert": lambda d: d.insert("parents", {"name": "x"}),
    "insert_many": lambda d: d.insert_many("parents", [{"name": "x"}, {"name": "y"}]),
    "insert of many": lambda d: d.insert_many(
        "parents", [{"name": str(number)} for number in range(200)]
    ),
    "upsert": lambda d: d.upsert("parents", {"id": 1, "name": "x"}),
    "upsert_many": lambda d: d.upsert_many("parents", [{"id": 1, "name": "x"}]),
    "update": lambda d: d.update("parents", {"name": "kept"}, {"age": 9}),
    "delete": lambda d: d.delete("parents", {"name": "kept"}),
    "returning": lambda d: d.update(
        "parents", {"name": "kept"}, {"age": 9}, returning="*"
    ),
    "execute": lambda d: d.execute("DELETE FROM parents"),
    "execute_many": lambda d: d.execute_many(
        "INSERT INTO parents (name) VALUES (?)", [["x"], ["y"]]
    ),
}

READS: Dict[str, Callable[[Rows], Any]] = {
    "select": lambda d: d.select("parents"),
    "select_iter": lambda d: list(d.select_iter("parents")),
    "count": lambda d: d.count("parents"),
    "aggregate": lambda d: d.aggregate("parents", {"n": ("count", "*")}),
    "execute": lambda d: d.execute("SELECT * FROM parents"),
}


def names(database: Rows) -> List[str]:
    """Return the names of the parents, in order."""
    rows = database.select("parents", order_by="name", columns=["name"])
    return [row["name"] for row in rows]


@pytest.mark.parametrize("name", WRITES)
def test_every_write_rolls_back_with_its_transaction(
    family: Database, name: str
) -> None:
    """Nobody else sees it before, and nothing is left of it after."""
    family.insert("parents", {"name": "kept", "age": 1})
    before = family.select("parents")
    with family.transaction() as tx:
        WRITES[name](tx)
        assert tx.select("parents") != before
        assert family.select("parents") == before
        tx.rollback()
    assert family.select("parents") == before


@pytest.mark.parametrize("name", WRITES)
def test_every_write_is_kept_by_a_commit(family: Database, name: str) -> None:
    family.insert("parents", {"name": "kept", "age": 1})
    with family.transaction() as tx:
        WRITES[name](tx)
        seen = tx.select("parents", order_by="id")
    assert family.select("parents", order_by="id") == seen


@pytest.mark.parametrize("name", READS)
def test_every_read_sees_what_its_transaction_wrote(
    family: Database, name: str
) -> None:
    """And nobody else does."""
    outside = READS[name](family)
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a"})
        inside = READS[name](tx)
        assert READS[name](family) == outside != inside
    assert READS[name](family) == inside


def test_ids_belong_to_the_methods_too(family: Database) -> None:
    """``transaction_id`` joins any call to an open transaction."""
    id = family.begin_transaction()
    assert isinstance(id, str) and id
    family.insert("parents", {"name": "a"}, transaction_id=id)
    assert family.count("parents") == 0
    assert family.count("parents", transaction_id=id) == 1
    assert family.commit_transaction(id) is True
    assert family.count("parents") == 1
    id = family.begin_transaction()
    family.delete("parents", {"name": "a"}, transaction_id=id)
    assert family.rollback_transaction(id) is True
    assert names(family) == ["a"]


def test_a_block_commits_at_its_end_and_rolls_back_on_an_error(
    family: Database,
) -> None:
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a"})
    with pytest.raises(ZeroDivisionError):
        with family.transaction() as tx:
            tx.insert("parents", {"name": "b"})
            raise ZeroDivisionError
    assert names(family) == ["a"]


def test_one_that_does_nothing_is_fine(family: Database) -> None:
    with family.transaction():
        pass
    assert family.rollback_transaction(family.begin_transaction()) is True
    assert family.commit_transaction(family.begin_transaction()) is True


@pytest.mark.parametrize("how", ["commit", "rollback"])
def test_an_ended_one_says_so(family: Database, how: str) -> None:
    """It never runs outside the transaction."""
    id = family.begin_transaction()
    family.insert("parents", {"name": "a"}, transaction_id=id)
    end = {"commit": family.commit_transaction, "rollback": family.rollback_transaction}
    end[how](id)
    for call in (
        lambda: family.insert("parents", {"name": "b"}, transaction_id=id),
        lambda: family.select("parents", transaction_id=id),
        lambda: family.execute("DELETE FROM parents", transaction_id=id),
        lambda: family.commit_transaction(id),
        lambda: family.rollback_transaction(id),
    ):
        with pytest.raises(DriverTransactionError):
            call()
    assert names(family) == (["a"] if how == "commit" else [])


@pytest.mark.parametrize("id", ["nope", "", 7])
def test_an_unknown_one_is_refused(family: Database, id: Any) -> None:
    for call in (
        lambda: family.insert("parents", {"name": "b"}, transaction_id=id),
        lambda: family.update("parents", {}, {"age": 1}, transaction_id=id),
        lambda: family.count("parents", transaction_id=id),
        lambda: family.commit_transaction(id),
    ):
        with pytest.raises((DriverTransactionError, InvalidRequestError)):
            call()
    assert family.count("parents") == 0


def test_an_error_undoes_its_statement_only(family: Database) -> None:
    """And leaves the transaction usable."""
    rows: Any = [{"name": "b"}, {"name": "c", "age": 1}, {"name": "a"}]
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a"})
        with pytest.raises(UniqueViolationError):
            tx.insert_many("parents", rows)
        assert names(tx) == ["a"]
        with pytest.raises(DriverError):
            tx.execute("SELEC 1")
        with pytest.raises(UniqueViolationError):
            tx.execute_many(
                "INSERT INTO parents (name) VALUES (?)", [["d"], ["e"], ["a"]]
            )
        assert names(tx) == ["a"]
        tx.insert("parents", {"name": "f"})
        with pytest.raises(UniqueViolationError):
            tx.update("parents", {}, {"name": "g"}, all_rows=True)
    assert names(family) == ["a", "f"]


def test_many_errors_one_after_the_other(family: Database) -> None:
    with family.transaction() as tx:
        for number in range(50):
            tx.insert("parents", {"name": str(number)})
            with pytest.raises(UniqueViolationError):
                tx.insert("parents", {"name": "0"})
    assert family.count("parents") == 50


def test_nothing_inside_commits(family: Database) -> None:
    """Neither a savepoint, a batch nor raw SQL."""
    with family.transaction() as tx:
        tx.insert("parents", {"name": "a"})
        with tx.transaction() as part:
            part.insert("parents", {"name": "b"})
        with tx.batch() as batch:
            batch.insert("parents", {"name": "c"})
        for sql in (
            "COMMIT",
            "BEGIN",
            "SAVEPOINT x",
            "RELEASE SAVEPOINT x",
            "ROLLBACK",
            "ROLLBACK TO x",
            "/* c */ commit -- now",
        ):
            with pytest.raises(DriverError, match="transaction"):
                tx.execute(sql)
        tx.rollback()
    assert family.count("parents") == 0


def test_two_at_a_time_do_not_see_each_other(family: Database) -> None:
    """What one has not committed is hidden from the other."""
    family.insert("parents", {"name": "kept"})
    with family.transaction() as writing, family.transaction() as reading:
        writing.insert("parents", {"name": "new"})
        assert names(reading) == ["kept"]
        assert names(writing) == ["kept", "new"]
        writing.rollback()
    assert names(family) == ["kept"]


def test_many_one_after_the_other_leave_nothing_open(family: Database) -> None:
    """More of them than there are connections."""
    for number in range(40):
        with family.transaction() as tx:
            tx.insert("parents", {"name": str(number)})
            if number % 2:
                tx.rollback()
    assert family.count("parents") == 20


def test_reads_leave_no_lock(family: Database) -> None:
    """A table is changed right after a read of it, whatever has read."""
    family.insert("parents", {"name": "a"})
    for read in READS.values():
        read(family)
    with family.transaction(read_only=True) as tx:
        tx.count("parents")
    assert family.alter_table(
        "parents", {"add_columns": [{"name": "x", "type": "TEXT"}]}
    )
