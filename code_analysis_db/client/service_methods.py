"""The methods about the driver process itself."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ..messages.service_requests import PingRequest, StatsRequest
from .request_methods import RequestMethods
from .result_reading import field


def _whole(result: Any) -> Dict[str, Any]:
    """Read everything that the driver said."""
    data: Dict[str, Any] = result.data
    return data


class ServiceMethods(RequestMethods):
    """Asks the driver process how it is; answered ahead of other requests."""

    def ping(self, *, timeout: Optional[float] = None) -> Dict[str, Any]:
        """Return a sign of life: the driver's ``pid`` and ``generation``."""
        return self._perform(PingRequest(), _whole, timeout)

    def stats(self, *, timeout: Optional[float] = None) -> Dict[str, Any]:
        """Return figures about the driver process and the database."""
        stats: Dict[str, Any] = self._perform(StatsRequest(), field("stats"), timeout)
        return stats
