"""The tables of mapped classes come into being at their first use.

Once per client the driver is asked which tables it has, and those that are missing are
created by one more message.  A table that is there is left as it is, though its class
has changed since: changing it is a decision, ``client.sync``.  The first use of any
object of code analysis makes the tables of all of them, so that none is missing in a
transaction that has begun to write.  Of two clients that do so at once, one makes the
tables and the other finds them.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional, Sequence, Set, Type

from ..exceptions import DriverTransactionError, RequestTimeoutError
from .asking import ask
from .mapping.table_model import TableModel, in_reference_order
from .objects import STORED_CLASSES
from .steps import Steps

_SECONDS_BESIDE_TRANSACTION = 3.0


class ObjectTables:
    """The tables that one client knows to exist."""

    def __init__(self) -> None:
        """Know of no table yet."""
        self._ready: Set[Type[object]] = set()
        self._timeout: Optional[float] = None

    def beside_transaction(self) -> ObjectTables:
        """Return the same tables for use inside a transaction.

        Tables are never created by a transaction itself, but beside it, by another
        connection of the client; that connection must not wait for a lock which the
        transaction holds.
        """
        tables = ObjectTables()
        tables._ready = self._ready
        tables._timeout = _SECONDS_BESIDE_TRANSACTION
        return tables

    def ensure(self, *classes: Type[object]) -> Steps[None]:
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
        existing = yield from ask(lambda rpc: rpc.list_tables())
        missing = [model for model in models if model.name not in existing]
        if missing:
            yield from self._create(missing)
        self._ready.update(model.cls for model in models)

    def _create(self, models: Sequence[TableModel]) -> Steps[None]:
        """Create tables."""
        definition = _definition_of(models)
        try:
            yield from ask(
                lambda rpc: rpc.sync_schema(
                    definition, keep_others=True, timeout=self._timeout
                )
            )
        except RequestTimeoutError as error:
            raise self._explained(models[0].name, error) from error

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


def definition_of(classes: Iterable[Type[object]]) -> Dict[str, Any]:
    """Return the tables of classes, and of what they refer to, as ``sync_schema`` takes
    them; of all objects of code analysis where no class is given."""
    return _definition_of(in_reference_order(list(classes) or STORED_CLASSES))


def _definition_of(models: Iterable[TableModel]) -> Dict[str, Any]:
    """Return the definition of tables."""
    return {"tables": [model.to_definition() for model in models]}
