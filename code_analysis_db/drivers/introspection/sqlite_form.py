"""The form in which SQLite gives back the SQL texts of a wanted table: as they are."""

from __future__ import annotations

from ...dialects.ddl import create_index
from ...dialects.sqlite import SQLiteDialect
from ...schema import Table
from .normal_form import with_texts
from .sqlite_text import condition_of


def sqlite_form(table: Table, dialect: SQLiteDialect) -> Table:
    """Return the table with its texts as the file gives them back."""
    conditions = {
        index.name: condition_of(create_index(table, index, dialect))
        for index in table.indexes
        if index.where is not None
    }
    texts = {str(n): check.expression.strip() for n, check in enumerate(table.checks)}
    return with_texts(table, texts, conditions)
