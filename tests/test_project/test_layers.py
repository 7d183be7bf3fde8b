"""Imports point down the layers only."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Dict, Set

import pytest

from .source_tree import PACKAGE, import_graph

BASE = {"enums", "exceptions", "progress", "rows", "short_repr"}
DRIVERS = BASE | {"schema", "fulltext", "dialects", "drivers"}
MESSAGES = BASE | {"messages", "request", "result"}
SERVING = DRIVERS | MESSAGES | {"transport", "cursor_table", "handlers"}

#: what each part of the package may import; itself is understood
MAY_IMPORT: Dict[str, Set[str]] = {
    "enums": set(),
    "exceptions": set(),
    "progress": set(),
    "rows": set(),
    "short_repr": set(),
    "event_loop": set(),
    # the databases: tables, no messages
    "schema": BASE,
    "fulltext": set(),
    "dialects": BASE | {"fulltext", "schema"},
    "drivers": DRIVERS,
    # what travels: no databases
    "messages": BASE,
    "request": {"messages"},
    "result": {"messages"},
    "transport": {"exceptions"},
    # the driver process, where the two meet
    "cursor_table": DRIVERS,
    "request_queue": {"exceptions"},
    "handlers": SERVING,
    "rpc_server": SERVING,
    "server": SERVING | {"event_loop", "request_queue", "rpc_server"},
    "supervision": {"event_loop", "exceptions", "messages", "transport"},
    "runner": {"drivers", "exceptions", "server", "supervision", "transport"},
    # the callers: objects and tables, neither SQL nor drivers
    "client": MESSAGES | {"schema", "transport"},
    "mapping": {"client"},
    "objects": {"client"},
    "worker_manager": {"client", "exceptions", "runner", "supervision", "transport"},
    "driver_process": {
        "client",
        "exceptions",
        "supervision",
        "transport",
        "worker_manager",
    },
}


def _part(module: str) -> str:
    """Return the part of the package that the module belongs to, "" for its root."""
    return module.removeprefix(PACKAGE).lstrip(".").partition(".")[0]


@pytest.mark.parametrize("part", sorted(MAY_IMPORT))
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    """The order of the parts is the way of a request."""
    allowed = MAY_IMPORT[part] | {part}
    wrong = [
        f"{module} imports {target}"
        for module, targets in import_graph().items()
        if _part(module) == part
        for target in sorted(targets)
        if _part(target) not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_every_part_has_its_place_among_the_layers() -> None:
    """A new part of the package must say what it may import."""
    parts = {_part(module) for module in import_graph()} - {""}
    assert parts == set(MAY_IMPORT)


def test_no_module_imports_itself_by_way_of_others() -> None:
    """The modules can be put into an order; a cycle raises and is named."""
    graph = import_graph(run_time_only=True)
    assert set(TopologicalSorter(graph).static_order()) == set(graph)
