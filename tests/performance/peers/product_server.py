"""code_analysis_db on a database server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

from .product import ProductPeer


class ServerProductPeer(ProductPeer):
    """The product over a pool of connections."""

    def __init__(
        self, configuration: Dict[str, Any], directory: Path, row_count: int
    ) -> None:
        """Plan a driver with the whole ``configuration``."""
        super().__init__(directory, row_count)
        self._configuration = configuration

    @property
    def configuration(self) -> Dict[str, Any]:
        """The server's."""
        return self._configuration
