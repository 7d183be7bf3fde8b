"""One driver process owns the SQL database; every other process talks to it.

    >>> from code_analysis_db import DriverProcess
    >>> config = {"type": "sqlite", "config": {"path": ":memory:"}}
    >>> with DriverProcess(config) as client:
    ...     project = client.projects.create(name="demo", root_path="/src/demo")
    ...     client.rpc.count("projects")
    1

Other processes get ``client.endpoint`` and call ``DatabaseClient.connect(endpoint)``.
The errors are in ``code_analysis_db.exceptions``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from .client.aio.database_client import AsyncDatabaseClient
    from .client.database_client import DatabaseClient
    from .driver_process import DriverProcess
    from .enums import DefaultFunction, Direction, LogicalType, ReferenceAction
    from .exceptions import DriverError
    from .progress import Progress
    from .schema import (
        CheckConstraint,
        Column,
        DefaultExpression,
        DefaultValue,
        ForeignKey,
        Index,
        IndexColumn,
        Schema,
        Table,
        UniqueConstraint,
    )
    from .transport.endpoint import Endpoint
    from .worker_manager import WorkerManager

__all__ = [
    "DriverProcess",
    "WorkerManager",
    "DatabaseClient",
    "AsyncDatabaseClient",
    "Endpoint",
    "DriverError",
    "Schema",
    "Table",
    "Column",
    "LogicalType",
    "DefaultValue",
    "DefaultExpression",
    "DefaultFunction",
    "UniqueConstraint",
    "ForeignKey",
    "ReferenceAction",
    "CheckConstraint",
    "Index",
    "IndexColumn",
    "Direction",
    "Progress",
]
__version__ = "0.1.0"

_MODULES = {
    "AsyncDatabaseClient": "client.aio.database_client",
    "DatabaseClient": "client.database_client",
    "DriverProcess": "driver_process",
    "DriverError": "exceptions",
    "Endpoint": "transport.endpoint",
    "Progress": "progress",
    "WorkerManager": "worker_manager",
    **dict.fromkeys(
        ["DefaultFunction", "Direction", "LogicalType", "ReferenceAction"], "enums"
    ),
}
_OTHERS = "schema"


def __getattr__(name: str) -> Any:
    """Import what is asked for.

    A driver process imports this package too: it starts sooner, and is smaller, without
    the client.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{_MODULES.get(name, _OTHERS)}", __name__)
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> List[str]:
    """Return what there is, imported or not."""
    return sorted({*globals(), *__all__})
