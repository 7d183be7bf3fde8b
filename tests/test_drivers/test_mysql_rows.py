"""Rows on MySQL: what its own upsert cannot do, and what its numbers tell."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

import attrs
import pytest

from code_analysis_db.dialects.ddl import create_table
from code_analysis_db.dialects.mysql import MySQLDialect
from code_analysis_db.dialects.table_statements import TableStatements
from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.drivers.mysql_rows import MySQLRowWriter
from code_analysis_db.drivers.mysql_session import MySQLSession
from code_analysis_db.exceptions import (
    InvalidValueError,
    NotNullViolationError,
    UniqueViolationError,
)
from code_analysis_db.rows import RowBlock, blocks_from_dicts
from code_analysis_db.schema import Table

from ..servers.servers import Servers
from .mysql_sessions import Sessions, sessions

__all__ = ["sessions"]

Row = Dict[str, Any]

WORDS = {
    "name": "words",
    "columns": [
        {"name": "id", "type": "INTEGER", "primary_key": True},
        {"name": "word", "type": "TEXT", "unique": True},
        {"name": "code", "type": "TEXT", "unique": True},
        {"name": "uses", "type": "INTEGER"},
        {"name": "note", "type": "TEXT"},
    ],
}
LOOSE = {
    "name": "loose",
    "columns": [
        {"name": "word", "type": "TEXT", "unique": True},
        {"name": "code", "type": "TEXT", "unique": True},
        {"name": "uses", "type": "INTEGER"},
    ],
}


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver with the tables ``words``, which is numbered, and ``loose``, in which
    every column takes NULL."""
    config = servers.config("mysql")
    connected = create_driver(config["type"], config)
    for table in (WORDS, LOOSE):
        connected.create_table(table)
    yield connected
    for table in (WORDS, LOOSE):
        connected.drop_table(str(table["name"]))
    connected.disconnect()


def words(driver: BaseDatabaseDriver, table: str = "words") -> List[Row]:
    """Return the rows without their numbers."""
    return driver.select(table, columns=["word", "code", "uses"], order_by="word")


def upsert(driver: BaseDatabaseDriver, table: str, *rows: Row) -> Any:
    """Upsert rows over their word."""
    return driver.upsert_blocks(
        table, list(blocks_from_dicts(rows)), conflict_columns=["word"]
    )


@pytest.mark.parametrize("table", ["words", "loose"])
def test_an_upsert_that_meets_another_key_changes_nothing(
    driver: BaseDatabaseDriver, table: str
) -> None:
    """Whichever of its rows it is, with a column that guards and without one."""
    driver.insert_many(
        table,
        [{"word": "a", "code": "1", "uses": 1}, {"word": "b", "code": "2", "uses": 1}],
    )
    before = words(driver, table)
    attempts: List[List[Row]] = [
        [{"word": "c", "code": "1", "uses": 2}],
        [{"word": "a", "code": "2", "uses": 2}],
        [{"word": "a", "code": "1", "uses": 2}, {"word": "c", "code": "2", "uses": 2}],
        [{"word": None, "code": "2", "uses": 2}],
    ]
    for rows in attempts:
        with pytest.raises(UniqueViolationError) as caught:
            upsert(driver, table, *rows)
        assert (caught.value.table, caught.value.constraint) == (table, "code")
        assert words(driver, table) == before


@pytest.mark.parametrize("table", ["words", "loose"])
def test_an_upsert_of_many_rows(driver: BaseDatabaseDriver, table: str) -> None:
    """Some of which are there; a NULL is never the same key."""
    upsert(driver, table, {"word": "a", "code": "1", "uses": 1})
    rows: List[Row] = [
        {"word": "a", "code": "10", "uses": 2},
        {"word": "b", "code": "2", "uses": 1},
        {"word": "b", "code": "2", "uses": 3},
        {"word": None, "code": None, "uses": 1},
        {"word": None, "code": "5", "uses": 1},
    ]
    upsert(driver, table, *rows)
    assert words(driver, table)[2:] == [
        {"word": "a", "code": "10", "uses": 2},
        {"word": "b", "code": "2", "uses": 3},
    ]
    assert driver.count(table) == 4


def test_the_ids_of_upserted_rows(driver: BaseDatabaseDriver) -> None:
    """Those of the rows that are there, in the order of the rows."""
    ids = driver.insert_many("words", [{"word": word} for word in "abc"])
    found = upsert(driver, "words", *({"word": w, "uses": 1} for w in "cxa"))
    assert [found[0], found[2]] == [ids[2], ids[0]]
    assert driver.select("words", {"word": "x"}, ["id"]) == [{"id": found[1]}]
    (alone,) = upsert(driver, "words", {"word": "b", "uses": 7})
    assert alone == ids[1]


def test_the_id_of_a_row_that_others_made_meanwhile(
    driver: BaseDatabaseDriver,
) -> None:
    """The snapshot of the transaction lacks it; the upsert meets it, and changes
    nothing in it."""
    transaction_id = driver.begin_transaction()
    assert driver.count("words", transaction_id=transaction_id) == 0
    ids = driver.insert_many("words", [{"word": "a"}, {"word": "b"}])
    plan: Any = {"conflict_columns": ["word"], "transaction_id": transaction_id}
    block = RowBlock(["word"], [["a"], ["b"]])
    assert driver.upsert_blocks("words", [block], **plan) == ids
    returned = driver.upsert_blocks("words", [block], returning=["id"], **plan)
    assert isinstance(returned, RowBlock)
    assert returned.rows == [(row_id,) for row_id in ids]
    driver.commit_transaction(transaction_id)


def test_a_null_where_none_goes_is_told_as_that(driver: BaseDatabaseDriver) -> None:
    """Though the upsert's own guard is a NULL too."""
    driver.create_table(
        {
            "name": "strict",
            "columns": [
                {"name": "word", "type": "TEXT", "primary_key": True},
                {"name": "code", "type": "TEXT", "unique": True, "nullable": False},
            ],
        }
    )
    try:
        with pytest.raises(NotNullViolationError):
            upsert(driver, "strict", {"word": "a", "code": None})
        assert driver.count("strict") == 0
    finally:
        driver.drop_table("strict")


class Inserter:
    """Inserts rows into a table through one session."""

    def __init__(self, session: MySQLSession, definition: Row) -> None:
        """Create the table anew."""
        dialect = MySQLDialect(session.flavour)
        table = Table.from_definition(definition)
        session.query(f"DROP TABLE IF EXISTS {table.name}")
        for sql in create_table(table, dialect):
            session.query(sql)
        self._session = session
        self._writer = MySQLRowWriter(dialect)
        self._statements = TableStatements(table, dialect)

    def insert(self, columns: List[str], rows: List[List[Any]]) -> List[Any]:
        """Insert rows as one statement where that is to do."""
        plan = self._statements.insert_plan(columns)
        planned = [(plan, plan.encode(rows))]
        assert not self._writer.is_several(planned)
        return self._writer.insert_rows(planned, self._session)


@pytest.fixture
def inserter(sessions: Sessions) -> Iterator[Tuple[MySQLSession, Inserter]]:
    """A session, and what inserts through it."""
    session = sessions.open()
    yield session, Inserter(session, {**WORDS, "name": "inserted"})
    session.query("DROP TABLE inserted")


def test_rows_that_are_too_long_for_one_statement(
    inserter: Tuple[MySQLSession, Inserter],
) -> None:
    """They go in several, all or none of them, without being told to."""
    session, inserts = inserter
    session.facts = attrs.evolve(session.facts, max_packet=10_000)
    rows = [[f"{number}" * 50, number] for number in range(100, 400)]
    ids = inserts.insert(["word", "uses"], rows)
    assert ids == list(range(ids[0], ids[0] + 300))
    more = [[f"{number}" * 50, number] for number in range(1000, 1200)]
    with pytest.raises(UniqueViolationError):
        inserts.insert(["word", "uses"], [*more, rows[0]])
    assert not session.in_transaction
    assert session.query("SELECT count(*) FROM inserted") == [(300,)]


def test_a_row_that_is_too_long_is_refused(
    inserter: Tuple[MySQLSession, Inserter],
) -> None:
    """And so are those beside it."""
    session, inserts = inserter
    session.facts = attrs.evolve(session.facts, max_packet=10_000)
    with pytest.raises(InvalidValueError, match="max_allowed_packet"):
        inserts.insert(["note"], [["short"], ["x" * 10_000]])
    assert session.query("SELECT count(*) FROM inserted") == [(0,)]


def test_numbers_follow_the_servers_stride(
    inserter: Tuple[MySQLSession, Inserter],
) -> None:
    """As on a cluster of several masters."""
    session, inserts = inserter
    session.query("SET SESSION auto_increment_increment = 7")
    session.facts = attrs.evolve(session.facts, stride=7)
    ids = inserts.insert(["uses"], [[1], [2], [3]])
    found = session.query("SELECT id FROM inserted ORDER BY uses")
    assert [row[0] for row in found] == ids == [ids[0] + 7 * n for n in range(3)]
