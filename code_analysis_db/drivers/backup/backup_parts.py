"""What backups of a server work with."""

from __future__ import annotations

from typing import Any, Callable

import attrs

from ...dialects.base import Dialect
from ..execution_context import ExecutionContext
from ..pooled.catalogue import PooledCatalogue
from ..pooled.tables import PooledTables
from ..row_writer import RowWriter


@attrs.frozen
class BackupParts:
    """What backups of a server work with.

    Attributes:
        name: of the database.
        connect: opens a session beside the pool's.
        catalogue: of the tables.
        tables: what changes them.
        writer: what writes rows.
        dialect: the server's.
        context: whose deadline holds.
    """

    name: str
    connect: Callable[[], Any]
    catalogue: PooledCatalogue[Any]
    tables: PooledTables[Any]
    writer: RowWriter[Any]
    dialect: Dialect
    context: ExecutionContext
