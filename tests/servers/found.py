"""What the search for a server came to."""

from __future__ import annotations

from typing import Any, Dict, Optional

import attrs

from .address import ServerAddress


@attrs.frozen
class Found:
    """A server's address, or why there is none.

    Attributes:
        address: None where there is none.
        missing: what to install, where nothing is wrong but that nothing is there.
        fault: what went wrong with a server that ought to work.
        is_ours: the tests started it, and it goes with them.
    """

    address: Optional[ServerAddress] = None
    missing: str = ""
    fault: str = ""
    is_ours: bool = False

    def to_plain(self) -> Dict[str, Any]:
        """Return a form that travels to other processes."""
        return attrs.asdict(self)

    @classmethod
    def from_plain(cls, plain: Dict[str, Any]) -> "Found":
        """Read what :meth:`to_plain` made."""
        address = plain["address"]
        return cls(
            **{
                **plain,
                "address": None if address is None else ServerAddress(**address),
            }
        )
