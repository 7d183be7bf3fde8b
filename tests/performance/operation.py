"""What a client does again and again: the steps that crowds are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .workload import TABLE, TABLE_NAME, make_row, make_rows

# A client process loads its own peer only.
if TYPE_CHECKING:
    from .crowd import Step
    from .peers.base import Session
    from .peers.product import ProductSession

#: keys asked for: spread over the table by a step that shares no factor with it
POINT_KEYS = 1000
_STRIDE = 7919
LOADED_TABLE_NAME = "loaded"
#: rows of one write of the bulk load
LOAD_ROWS = 20_000


def select_step(session: Session, number: int) -> Step:
    """Select one row by its key, a different one each time."""
    select = session.select

    def step(calls: int) -> object:
        """Select a row."""
        return select(1 + (number + calls * _STRIDE) % POINT_KEYS)

    return step


def insert_step(session: Session, number: int) -> Step:
    """Write one row durably."""
    insert = session.insert

    def step(calls: int) -> object:
        """Insert a row."""
        return insert(make_row(calls))

    return step


def mixed_step(session: Session, number: int) -> Step:
    """Write in every tenth call, select by key in the others."""
    select = select_step(session, number)
    insert = insert_step(session, number)

    def step(calls: int) -> object:
        """Insert or select a row."""
        return insert(calls) if (calls + number) % 10 == 0 else select(calls)

    return step


def ping_step(session: ProductSession, number: int) -> Step:
    """Ask the driver for a sign of life."""
    ping = session.rpc.ping

    def step(calls: int) -> object:
        """Ping."""
        return ping()

    return step


def load_step(session: ProductSession, number: int) -> Step:
    """Write many rows at once, to a table of its own."""
    insert_many = session.rpc.insert_many
    rows = make_rows(LOAD_ROWS)
    session.rpc.create_table({**TABLE, "name": LOADED_TABLE_NAME})

    def step(calls: int) -> object:
        """Insert the rows."""
        return insert_many(LOADED_TABLE_NAME, rows)

    return step


def scan_step(session: ProductSession, number: int) -> Step:
    """Read the whole table: its rows to dicts, or for a text that none of them has."""
    select = session.rpc.select
    absent = {"note": {"contains": "absent"}}

    def step(calls: int) -> object:
        """Scan."""
        return select(TABLE_NAME, where=absent if calls % 2 else None)

    return step
