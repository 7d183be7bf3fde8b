"""Backups of a database."""

from __future__ import annotations

from typing import Any, Dict, Generic, Optional

from ...exceptions import UnsupportedError
from ...progress import ProgressListener
from ..scope import S


class Backups(Generic[S]):
    """Makes and restores backups of one database."""

    def make(self, directory: str, progress: Optional[ProgressListener]) -> str:
        """Copy the database into a new file of ``directory``."""
        raise UnsupportedError(
            f"this database cannot be copied into {directory!r}; use the server's tools"
        )

    def restore(
        self, backup: str, progress: Optional[ProgressListener]
    ) -> Dict[str, Any]:
        """Put the database back from a backup."""
        raise UnsupportedError(
            f"backup {backup!r} cannot be restored into this database"
        )

    def check_whole(self, session: S) -> None:
        """Refuse a database that a restore has left in its middle; there is none where
        definitions can be undone.

        Raises:
            BackupError: it is one.
        """
        return None
