"""The configuration of the MySQL driver."""

from __future__ import annotations

import ssl
from typing import Any, ClassVar, List, Mapping, Optional, Tuple

import attrs

from .configuration import choice, text
from .server_config import ServerConfig

DISABLE, PREFER, VERIFY_FULL = "disable", "prefer", "verify-full"
_REQUIRE, _VERIFY_CA = "require", "verify-ca"


@attrs.frozen(slots=True, kw_only=True)
class MySQLConfig(ServerConfig):
    """Where the database is and who asks.

    ``host`` takes several hosts, separated by commas: they are tried in their order
    until one is reached.

    Attributes:
        ssl_mode: ``"disable"``, ``"prefer"`` (encrypted where the server can),
            ``"require"`` (encrypted), ``"verify-ca"`` (and the server's certificate is
            of an authority in ``ssl_ca`` or of the system's), ``"verify-full"`` (and
            names the host).
        application_name: the connection attribute ``program_name``.
        statement_timeout: MySQL applies it to reads only.
    """

    driver: ClassVar[str] = "mysql"
    schemes: ClassVar[Tuple[str, ...]] = ("mysql", "mariadb")
    default_port: ClassVar[int] = 3306

    ssl_mode: str = attrs.field(
        default=PREFER,
        validator=choice(DISABLE, PREFER, _REQUIRE, _VERIFY_CA, VERIFY_FULL),
    )
    application_name: Optional[str] = attrs.field(
        default="code_analysis_db", validator=text(optional=True)
    )

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> List[str]:
        """Return which of the keys, each right by itself, do not go together."""
        faults = super(MySQLConfig, cls).contradictions(given)
        if given.get("unix_socket") and given.get("ssl_mode") == VERIFY_FULL:
            faults.append("ssl_mode 'verify-full' needs a host, not a unix_socket")
        return faults

    @property
    def wants_encryption(self) -> bool:
        """Whether encryption is to be tried; a socket file needs none."""
        if self.ssl_mode == PREFER:
            return self.unix_socket is None
        return self.ssl_mode != DISABLE

    @property
    def needs_encryption(self) -> bool:
        """Whether a connection without encryption will not do."""
        return self.ssl_mode not in (DISABLE, PREFER)

    def ssl_context(self) -> ssl.SSLContext:
        """Return the settings of encryption.

        Raises:
            OSError: a file of certificates cannot be read.
        """
        verifies = self.ssl_mode in (_VERIFY_CA, VERIFY_FULL)
        if verifies or self.ssl_ca is not None:
            context = ssl.create_default_context(cafile=self.ssl_ca)
        else:
            # the system's authorities are read for 35 ms, and would not be asked
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # certificates that a server makes for itself lack what this asks for
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = self.ssl_mode == VERIFY_FULL
        if not verifies:
            context.verify_mode = ssl.CERT_NONE
        if self.ssl_cert is not None:
            context.load_cert_chain(self.ssl_cert, self.ssl_key)
        return context
