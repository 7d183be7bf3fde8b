"""All methods that read and write rows, awaited."""

from __future__ import annotations

from typing import Any

from ..table_methods import TableMethods
from .awaiting import awaited


class AsyncTableMethods:
    """The methods that the client and a transaction have in common.

    Attributes:
        twin: what has the methods that make the awaitables.
    """

    def __init__(self, twin: Any) -> None:
        """Give what the methods of ``twin`` give, awaited."""
        self.twin = twin

    insert = awaited(TableMethods.insert)
    insert_many = awaited(TableMethods.insert_many)
    upsert = awaited(TableMethods.upsert)
    upsert_many = awaited(TableMethods.upsert_many)
    update = awaited(TableMethods.update)
    delete = awaited(TableMethods.delete)
    select = awaited(TableMethods.select)
    search = awaited(TableMethods.search)
    count = awaited(TableMethods.count)
    aggregate = awaited(TableMethods.aggregate)
    execute = awaited(TableMethods.execute)
    execute_many = awaited(TableMethods.execute_many)
