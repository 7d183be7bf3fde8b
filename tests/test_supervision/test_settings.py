"""The options of supervision are checked, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from code_analysis_db.exceptions import ConfigurationError
from code_analysis_db.supervision.settings import SupervisionSettings


def test_every_fault_is_named() -> None:
    """One error for three faults."""
    with pytest.raises(ConfigurationError) as caught:
        SupervisionSettings(
            heartbeat_timeout=0, max_restarts=-1, start_timeout=float("nan")
        )
    message = str(caught.value)
    assert "heartbeat_timeout must be a number above 0, not 0" in message
    assert "max_restarts must be a number of 0 or more, not -1" in message
    assert "start_timeout must be a number above 0, not nan" in message


@pytest.mark.parametrize("value", ["5", None, True])
def test_a_time_is_a_number(value: Any) -> None:
    """Neither a string nor None nor a bool."""
    with pytest.raises(ConfigurationError, match="stop_timeout"):
        SupervisionSettings(stop_timeout=value)


def test_restart_is_a_bool() -> None:
    """A truthy string is no yes."""
    restart: Any = "no"
    with pytest.raises(ConfigurationError, match="restart must be a bool, not 'no'"):
        SupervisionSettings(restart=restart)


def test_no_heartbeat_is_allowed() -> None:
    """An interval of 0 turns it off."""
    assert SupervisionSettings(heartbeat_interval=0).heartbeat_interval == 0
