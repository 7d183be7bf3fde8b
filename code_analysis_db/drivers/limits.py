"""The limits that every driver's configuration takes.

They bound what a client can ask of the driver process; the drivers only check and
carry them.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

import attrs

from .configuration import integer, number, read_configuration

_MEBIBYTE = 1024 * 1024


@attrs.frozen(slots=True)
class Limits:
    """What one client may take of the driver process.

    Attributes:
        transaction_idle_timeout: seconds that a transaction may wait for its client's
            next request before it is rolled back.
        transaction_timeout: seconds that a transaction may last.
        request_timeout: seconds that a request may wait and run where it brings no
            time of its own; None for no end.
        max_message_size: bytes of a request or a result.
        max_queue_requests: requests of one client that may wait.
        max_queue_bytes: bytes of one client's waiting requests.
    """

    transaction_idle_timeout: float = attrs.field(default=30.0, validator=number(0.001))
    transaction_timeout: float = attrs.field(default=300.0, validator=number(0.001))
    request_timeout: Optional[float] = attrs.field(
        default=None, validator=number(0.001, optional=True)
    )
    max_message_size: int = attrs.field(
        default=256 * _MEBIBYTE, validator=integer(4096, 2**40)
    )
    max_queue_requests: int = attrs.field(default=256, validator=integer(1))
    max_queue_bytes: int = attrs.field(default=64 * _MEBIBYTE, validator=integer(4096))

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Limits:
        """Take the limits out of a driver's whole configuration.

        The other keys are the driver's and are left to it.

        Raises:
            ConfigurationError: limits have values that do not do.
        """
        names = attrs.fields_dict(cls)
        own = {name: value for name, value in config.items() if name in names}
        return read_configuration("limits", cls, own)
