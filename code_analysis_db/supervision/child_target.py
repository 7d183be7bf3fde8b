"""What a driver process runs, by name.

The parent does not import it: a program that only starts drivers and talks to them has
no use for the server and the database drivers in its own memory.
"""

from __future__ import annotations

from importlib import import_module
from multiprocessing.connection import Connection

from .child_options import ChildOptions

# Takes (ChildOptions, Connection).
DRIVER_TARGET = "code_analysis_db.runner:run_child"


def run_target(target: str, options: ChildOptions, pipe: Connection) -> None:
    """Run ``module:function`` with what it is told and its pipe to the parent."""
    module, _, function = target.partition(":")
    getattr(import_module(module), function)(options, pipe)
