"""The configuration of the PostgreSQL driver."""

from __future__ import annotations

import os
import re
from typing import Any, ClassVar, Dict, Optional, Tuple

import attrs

from .configuration import choice, flag, text
from .server_config import ServerConfig

_SOCKET_FILE = re.compile(r"\.s\.PGSQL\.(?P<port>\d+)")
_MILLISECONDS = 1000

# what the driver relies on, whatever the server, the database or the user has set
_SETTINGS = {
    "TimeZone": "'UTC'",
    "DateStyle": "'ISO, YMD'",
    "IntervalStyle": "'postgres'",
    "bytea_output": "'hex'",
    "standard_conforming_strings": "on",
    "client_min_messages": "warning",
}


@attrs.frozen(slots=True, kw_only=True)
class PostgresConfig(ServerConfig):
    """Where the database is, and which of several servers is wanted.

    ``host`` takes several hosts, separated by commas: they are tried in their order
    until one is reached that does for ``target_session_attrs``.  ``unix_socket`` is the
    folder of the socket, or its file.  The certificates are files as libpq takes them.

    Attributes:
        ssl_mode: as libpq's sslmode, ``"prefer"`` by default.
        target_session_attrs: which server will do: ``"any"``, ``"read-write"``,
            ``"read-only"``, ``"primary"``, ``"standby"`` or ``"prefer-standby"``.
        prepared_statements: whether statements that come often are prepared on the
            server; not behind a pooler that gives each transaction another connection.
    """

    driver: ClassVar[str] = "postgres"
    schemes: ClassVar[Tuple[str, ...]] = ("postgresql", "postgres")
    default_port: ClassVar[int] = 5432

    ssl_mode: str = attrs.field(
        default="prefer",
        validator=choice(
            "disable", "allow", "prefer", "require", "verify-ca", "verify-full"
        ),
    )
    target_session_attrs: str = attrs.field(
        default="any",
        validator=choice(
            "any", "read-write", "read-only", "primary", "standby", "prefer-standby"
        ),
    )
    prepared_statements: bool = attrs.field(default=True, validator=flag)
    application_name: Optional[str] = attrs.field(
        default="code_analysis_db", validator=text(optional=True)
    )

    def parameters(self) -> Dict[str, Any]:
        """Return what psycopg2 takes, but for the timeout."""
        host, port = self._host_and_port()
        given = {
            "host": host,
            "port": port,
            "dbname": self.database,
            "user": self.user,
            "password": self.password,
            "sslmode": self.ssl_mode,
            "sslrootcert": self.ssl_ca,
            "sslcert": self.ssl_cert,
            "sslkey": self.ssl_key,
            "application_name": self.application_name,
            "target_session_attrs": self.target_session_attrs,
            "client_encoding": "UTF8",
            # a server that is gone without a word is noticed under a statement, too
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _host_and_port(self) -> Tuple[str, str]:
        """Return hosts and ports as libpq takes them."""
        if self.unix_socket is None:
            hosts, ports = zip(*self.addresses)
            return ",".join(hosts), ",".join(map(str, ports))
        folder, name = os.path.split(self.unix_socket)
        file = _SOCKET_FILE.fullmatch(name)
        if file is not None:
            return folder, file["port"]
        return self.unix_socket, str(self.port or self.default_port)

    def session_settings(self) -> str:
        """Return the statements that set a new connection up, as one message."""
        settings = dict(_SETTINGS)
        if self.statement_timeout is not None:
            milliseconds = max(1, round(self.statement_timeout * _MILLISECONDS))
            settings["statement_timeout"] = str(milliseconds)
        return ";".join(f"SET {name} = {value}" for name, value in settings.items())
