"""How one driver is supervised: limits and times, checked."""

from __future__ import annotations

from typing import Callable, List, Tuple

import attrs

from ..exceptions import ConfigurationError

# For the means that follow when a driver does not stop in time, and a slow machine.
_STOP_MARGIN = 15.0


@attrs.frozen(kw_only=True)
class SupervisionSettings:
    """The supervisor's part of a driver's options; times are in seconds.

    Attributes:
        restart: start a driver that died again.
        heartbeat_interval: time between two pings; 0 means no heartbeat.
        heartbeat_timeout: a ping that is not answered for so long means a hang.
        max_restarts: so many restarts within ``restart_window`` are the most.
        restart_window: the time within which restarts are counted.
        start_timeout: the time within which a driver must have served a ping.
        stop_timeout: the time that a driver is given to end its requests at a stop.
    """

    restart: bool = True
    heartbeat_interval: float = 5.0
    heartbeat_timeout: float = 15.0
    max_restarts: int = 5
    restart_window: float = 60.0
    start_timeout: float = 30.0
    stop_timeout: float = 10.0

    @property
    def longest_stop(self) -> float:
        """The time after which a stop that is not done has gone wrong."""
        return self.stop_timeout + _STOP_MARGIN

    def __attrs_post_init__(self) -> None:
        """Check every value and name all faults at once."""
        faults = [
            f"{name} must be a number {wanted}, not {getattr(self, name)!r}"
            for name, wanted, fits in _NUMBERS
            if not _is_number(getattr(self, name)) or not fits(getattr(self, name))
        ]
        restart: object = self.restart
        if not isinstance(restart, bool):
            faults.append(f"restart must be a bool, not {restart!r}")
        if faults:
            raise ConfigurationError("; ".join(faults))


def _is_number(value: object) -> bool:
    """Whether the value is an int or a float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _not_negative(value: float) -> bool:
    """Whether the value is 0 or more (NaN is not)."""
    return value >= 0


def _positive(value: float) -> bool:
    """Whether the value is above 0 (NaN is not)."""
    return value > 0


_NUMBERS: List[Tuple[str, str, Callable[[float], bool]]] = [
    ("heartbeat_interval", "of 0 or more", _not_negative),
    ("heartbeat_timeout", "above 0", _positive),
    ("max_restarts", "of 0 or more", _not_negative),
    ("restart_window", "above 0", _positive),
    ("start_timeout", "above 0", _positive),
    ("stop_timeout", "above 0", _positive),
]
