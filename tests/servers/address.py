"""Where a server is and who may make databases on it."""

from __future__ import annotations

from typing import Any, Dict, Optional
from urllib.parse import quote, unquote, urlsplit

import attrs

_DEFAULT_PORTS = {"postgres": 5432, "mysql": 3306}
_SCHEMES = {
    "postgres": ("postgres", "postgresql"),
    "mysql": ("mysql", "mariadb"),
}


@attrs.frozen
class ServerAddress:
    """A server, and a user of it who may create databases.

    Attributes:
        kind: ``"postgres"`` or ``"mysql"`` (MariaDB included).
        database: one that is there and to be connected to; left as it is.
        unix_socket: the socket's file for MySQL, its folder for PostgreSQL; None where
            it cannot be reached so.
    """

    kind: str
    host: str
    port: int
    user: str
    password: str = attrs.field(repr=False)
    database: str
    unix_socket: Optional[str] = None

    @classmethod
    def from_url(cls, kind: str, url: str) -> "ServerAddress":
        """Read ``scheme://user:password@host:port/database``.

        Raises:
            ValueError: it is no such URL; the message does not show the password.
        """
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES[kind] or not (
            parts.hostname and parts.username
        ):
            scheme = _SCHEMES[kind][-1]
            raise ValueError(
                f"the URL of a {kind} server reads"
                f" {scheme}://user:password@host:port/database"
            )
        return cls(
            kind=kind,
            host=parts.hostname,
            port=parts.port or _DEFAULT_PORTS[kind],
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            database=unquote(parts.path.lstrip("/")) or kind,
        )

    def url(self) -> str:
        """Return what :meth:`from_url` reads."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        place = f"{self.host}:{self.port}/{quote(self.database, safe='')}"
        return f"{_SCHEMES[self.kind][-1]}://{login}@{place}"

    def config(
        self, database: str, *, over_socket: bool = False, **settings: Any
    ) -> Dict[str, Any]:
        """Return a driver's configuration for a database on the server.

        Args:
            over_socket: over the Unix socket, which there must be.
            settings: further ones, or others than the server's.
        """
        place: Dict[str, Any] = {"host": self.host, "port": self.port}
        if over_socket:
            place["unix_socket"] = self.unix_socket
            # A folder of PostgreSQL's has a socket for each port, MySQL's is one file.
            del place["host"]
        config = {
            **place,
            "user": self.user,
            "password": self.password,
            "database": database,
        }
        return {"type": self.kind, "config": {**config, **settings}}
