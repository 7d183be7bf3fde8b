"""Fixtures of the client's tests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Iterator

import pytest


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """A path for a socket, short enough for one however long the test's name is."""
    with tempfile.TemporaryDirectory(prefix="cadb-") as directory:
        yield Path(directory) / "driver.sock"
