"""Requests about the driver process itself."""

from __future__ import annotations

from typing import ClassVar

from .base_request import FieldRequest
from .message import message


@message
class PingRequest(FieldRequest):
    """Ask for a sign of life."""

    name: ClassVar[str] = "ping"


@message
class StatsRequest(FieldRequest):
    """Ask for figures about the process and the database."""

    name: ClassVar[str] = "stats"
