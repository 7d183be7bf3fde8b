"""The tables of mapped classes come into being at their first use.

Once per client the driver is asked which tables it has, and those that are missing are
created, what is referred to first.  The first use of any object of code analysis makes
the tables of all of them, so that none is missing in a transaction that has begun to
write.  Two clients that do so at once do not disturb each other: creating a table that
exists changes nothing.
"""

from __future__ import annotations

from typing import Optional, Set, Type

from ..exceptions import DriverTransactionError, RequestTimeoutError
from .mapping.table_model import in_reference_order
from .objects import STORED_CLASSES
from .schema_methods import SchemaMethods

_SECONDS_BESIDE_TRANSACTION = 3.0


class ObjectTables:
    """The tables that one client knows to exist."""

    def __init__(self, schema: SchemaMethods) -> None:
        """Know of no table yet."""
        self._schema = schema
        self._ready: Set[Type[object]] = set()
        self._timeout: Optional[float] = None

    def beside_transaction(self) -> ObjectTables:
        """Return the same tables for use inside a transaction.

        Tables are never created by a transaction itself, but beside it, by another
        connection of the client; that connection must not wait for a lock which the
        transaction holds.
        """
        tables = ObjectTables(self._schema)
        tables._ready = self._ready
        tables._timeout = _SECONDS_BESIDE_TRANSACTION
        return tables

    def ensure(self, *classes: Type[object]) -> None:
        """Create the tables of classes, and of what goes with them, where missing.

        Raises:
            DriverTransactionError: a transaction that has already written keeps the
                tables from being created.
        """
        if self._ready.issuperset(classes):
            return
        models = in_reference_order(classes)
        if any(model.cls in STORED_CLASSES for model in models):
            models = in_reference_order([*STORED_CLASSES, *classes])
        existing = set(self._schema.list_tables())
        for model in models:
            if model.name not in existing:
                try:
                    self._schema.create_table(
                        model.to_definition(), timeout=self._timeout
                    )
                except RequestTimeoutError as error:
                    raise self._explained(model.name, error) from error
        self._ready.update(model.cls for model in models)

    def _explained(self, name: str, error: RequestTimeoutError) -> Exception:
        """Return what to tell of a table that was not created in time."""
        if self._timeout is None:
            return error
        return DriverTransactionError(
            f"table {name!r} does not exist and could not be created beside this"
            " transaction, which has written, or others hold the database; use its"
            " objects once before the transaction begins",
            table=name,
        )
