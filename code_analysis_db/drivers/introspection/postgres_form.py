"""The form in which PostgreSQL gives back the SQL texts of a wanted table."""

from __future__ import annotations

import attrs

from ...dialects.ddl import create_index
from ...dialects.postgres import PostgresDialect
from ...schema import INTERNAL_PREFIX, Table
from ..postgres_session import PostgresSession
from .normal_form import has_texts, temporary_table, with_texts

_MARK = f"{INTERNAL_PREFIX}form"

_CHECKS = """
SELECT k.conname, pg_get_expr(k.conbin, k.conrelid) FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = pg_my_temp_schema() AND c.relname = %s AND k.contype = 'c'"""

_CONDITIONS = """
SELECT r.relname, pg_get_expr(i.indpred, i.indrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class r ON r.oid = i.indexrelid
WHERE c.relnamespace = pg_my_temp_schema() AND c.relname = %s"""


def postgres_form(
    session: PostgresSession, table: Table, dialect: PostgresDialect
) -> Table:
    """Return the table with its texts as the server gives them back; nothing is left
    of the trial."""
    if not has_texts(table):
        return table
    if session.in_transaction:
        session.savepoint(_MARK)
        try:
            return _tried(session, table, dialect)
        finally:
            session.rollback_to(_MARK)
    session.begin()
    try:
        return _tried(session, table, dialect)
    finally:
        session.rollback()


def _tried(session: PostgresSession, table: Table, dialect: PostgresDialect) -> Table:
    """Make a temporary table and read from it."""
    session.query(temporary_table(table, dialect))
    partial = [index for index in table.indexes if index.where is not None]
    for place, index in enumerate(partial):
        marked = attrs.evolve(index, name=f"{_MARK}_{place}", unique=False)
        session.query(create_index(table, marked, dialect))
    found = {name: text for name, text in session.query(_CONDITIONS, (table.name,))}
    conditions = {
        index.name: found[f"{_MARK}_{place}"] for place, index in enumerate(partial)
    }
    checks = {name: text for name, text in session.query(_CHECKS, (table.name,))}
    return with_texts(table, checks, conditions)
