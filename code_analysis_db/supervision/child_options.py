"""What a driver process is told when it is started."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import attrs

from ..transport.endpoint import Endpoint


@attrs.frozen
class ChildOptions:
    """One incarnation of a driver process; picklable, its ``repr`` holds no secret.

    Attributes:
        config: the driver's configuration: ``{"type": …, "config": {…}}``.
        endpoint: where to listen, with its key.
        runtime_directory: the 0700 directory that the parent removes at the end, and
            the child where its parent is gone.
        crash_file: where the stacks go when the process is aborted or crashes.
        parent_pid: the process whose end is this one's end too.
        drain_timeout: seconds to end requests in when the process is asked to stop.
        generation: 1 for the first incarnation, one more after each restart.
        log_levels: logger names (``""`` for the root) to their levels in the parent.
    """

    config: Mapping[str, Any] = attrs.field(repr=False)
    endpoint: Endpoint
    runtime_directory: str
    crash_file: str
    parent_pid: int
    drain_timeout: float
    generation: int
    log_levels: Dict[str, int]
