"""The form in which a database gives back the SQL texts of a wanted table.

Servers write expressions anew.  Whether a check of theirs is the one that is wanted
shows when both are in that form: the wanted one is given to a temporary table, and
taken from there.
"""

from __future__ import annotations

from typing import Mapping

import attrs

from ...dialects.base import Dialect
from ...dialects.ddl import create_table
from ...schema import PartialCondition, Table


def has_texts(table: Table) -> bool:
    """Tell whether a table has SQL texts, or what becomes one."""
    return bool(table.checks) or any(index.where for index in table.indexes)


def temporary_table(table: Table, dialect: Dialect) -> str:
    """Return the statement that makes a temporary table with the same columns and
    checks, which are named by their places."""
    columns = tuple(
        attrs.evolve(column, default=None, autoincrement=False)
        for column in dialect.fitted(table).columns
    )
    checks = tuple(
        attrs.evolve(check, name=str(place)) for place, check in enumerate(table.checks)
    )
    bare = Table(name=table.name, columns=columns, checks=checks)
    (created,) = create_table(bare, dialect)
    return created.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1)


def with_texts(
    table: Table, checks: Mapping[str, str], conditions: Mapping[str, str]
) -> Table:
    """Return the table with other texts.

    Args:
        table: as it is wanted.
        checks: the texts of its checks, by their places.
        conditions: those of its partial indexes, by their names.
    """
    return attrs.evolve(
        table,
        checks=tuple(
            attrs.evolve(check, expression=checks[str(place)])
            for place, check in enumerate(table.checks)
        ),
        indexes=tuple(
            (
                attrs.evolve(index, where=PartialCondition(sql=conditions[index.name]))
                if index.name in conditions
                else index
            )
            for index in table.indexes
        ),
    )
