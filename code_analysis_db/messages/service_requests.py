"""Requests about the driver process itself."""

from __future__ import annotations

from typing import ClassVar

import attrs

from .base_request import FieldRequest


@attrs.frozen
class PingRequest(FieldRequest):
    """Ask for a sign of life."""

    name: ClassVar[str] = "ping"


@attrs.frozen
class StatsRequest(FieldRequest):
    """Ask for figures about the process and the database."""

    name: ClassVar[str] = "stats"
