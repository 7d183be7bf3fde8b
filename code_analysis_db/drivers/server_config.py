"""The configuration that the drivers of database servers share."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple, Type, TypeVar

import attrs

from .configuration import (
    check_is_mapping,
    find_faults,
    integer,
    number,
    refuse_faults,
    text,
)
from .database_url import read_url
from .limits import Limits

_Config = TypeVar("_Config", bound="ServerConfig")
_MAX_PORT = 65_535
Address = Tuple[str, int]
"""A host and a port."""


def _are_hosts(instance: Any, field: Any, value: Any) -> None:
    """Refuse what is no list of ``host`` or ``host:port``, separated by commas."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field.name} must be the name of a host, not {value!r}")
    for part in value.split(","):
        host, port = _split_host(part)
        if not host or any(sign in host for sign in "\0 /@"):
            raise ValueError(f"{field.name} must name hosts, not {part!r}")
        if port is not None and not (
            port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT
        ):
            raise ValueError(
                f"{field.name} must have a port from 1 to {_MAX_PORT}, not {port!r}"
            )


def _split_host(part: str) -> Tuple[str, Optional[str]]:
    """Return host and port, None for none, of ``host``, ``host:port``, ``[::1]:port``.

    An IPv6 address without brackets has no port.
    """
    part = part.strip()
    if part.startswith("["):
        host, _, rest = part[1:].partition("]")
        return host, rest[1:] if rest.startswith(":") else None
    if part.count(":") == 1:
        host, _, port = part.partition(":")
        return host, port
    return part, None


@attrs.frozen(slots=True, kw_only=True)
class ServerConfig(Limits):
    """Where a database is, who asks, and how many connections there may be.

    Attributes:
        url: all of the address in one, in place of the keys that it holds:
            ``scheme://user:password@host:port/database?key=value``.
        host: name or address of the server, also ``host:port``; where the driver takes
            several, separated by commas.
        port: of the hosts that do not say theirs.
        unix_socket: path of the server's socket, in place of ``host``.
        database: the name of the database.
        user: who connects.
        password: their password, None for none.
        ssl_mode: whether the connection is encrypted and the server's identity checked.
        ssl_ca: file of the certificates of authorities that the server's is checked
            against.
        ssl_cert: file of the client's certificate.
        ssl_key: file of the client's key.
        connection_pool_size: connections at most; they are opened when first needed.
        connection_timeout: seconds for opening a connection, and for waiting for one
            of the pool.
        statement_timeout: seconds after which the server stops a statement by itself,
            None for no end.
        application_name: what the server's administrator sees the connections as.
    """

    driver: ClassVar[str]
    schemes: ClassVar[Tuple[str, ...]]
    default_port: ClassVar[int]

    url: Optional[str] = attrs.field(
        default=None, repr=False, validator=text(optional=True, secret=True)
    )
    host: str = attrs.field(default="localhost", validator=_are_hosts)
    port: Optional[int] = attrs.field(
        default=None, validator=integer(1, _MAX_PORT, optional=True)
    )
    unix_socket: Optional[str] = attrs.field(
        default=None, validator=text(optional=True)
    )
    database: str = attrs.field(validator=text())
    user: str = attrs.field(validator=text())
    password: Optional[str] = attrs.field(
        default=None, repr=False, validator=text(optional=True, secret=True)
    )
    ssl_mode: str = attrs.field(default="prefer", validator=text())
    ssl_ca: Optional[str] = attrs.field(default=None, validator=text(optional=True))
    ssl_cert: Optional[str] = attrs.field(default=None, validator=text(optional=True))
    ssl_key: Optional[str] = attrs.field(default=None, validator=text(optional=True))
    connection_pool_size: int = attrs.field(default=10, validator=integer(1, 10_000))
    connection_timeout: float = attrs.field(
        default=30.0, validator=number(0.001, 86_400)
    )
    statement_timeout: Optional[float] = attrs.field(
        default=None, validator=number(0.001, 2_000_000, optional=True)
    )
    application_name: Optional[str] = attrs.field(
        default=None, validator=text(optional=True)
    )

    @classmethod
    def from_config(cls: Type[_Config], config: Mapping[str, Any]) -> _Config:
        """Check the keys of ``config`` and return them as a value.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
        """
        check_is_mapping(cls.driver, config)
        given: Dict[str, Any] = dict(config)
        faults: List[str] = []
        url = given.pop("url", None)
        if isinstance(url, str):
            types = {name: field.type for name, field in attrs.fields_dict(cls).items()}
            found, faults = read_url(url, cls.schemes, types)
            faults += [
                f"{name} stands both in url and by itself"
                for name in found
                if name in given
            ]
            # the driver process reads the limits, of every driver, where they stand
            faults += [
                f"{name} stands in url; it goes beside it"
                for name in attrs.fields_dict(Limits)
                if name in found
            ]
            given = {**found, **given}
        elif url is not None:
            faults.append(
                f"url must be a text or None, not of type {type(url).__name__}"
            )
        # what a url that cannot be read lacks is not to be told
        faults += find_faults(cls, given, whole=not faults)
        if not faults:
            faults = cls.contradictions(given)
        refuse_faults(cls.driver, faults)
        return cls(**given)

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> List[str]:
        """Return which of the keys, each right by itself, do not go together."""
        faults = []
        if given.get("unix_socket") is not None and "host" in given:
            faults.append("unix_socket and host exclude each other")
        if (given.get("ssl_cert") is None) != (given.get("ssl_key") is None):
            faults.append("ssl_cert and ssl_key go together")
        return faults

    @property
    def addresses(self) -> List[Address]:
        """The hosts with their ports, in the order in which they are tried."""
        pairs = map(_split_host, self.host.split(","))
        common = self.port or self.default_port
        return [(host, int(port) if port else common) for host, port in pairs]

    @property
    def address(self) -> str:
        """Where the database is, for messages; without secrets."""
        place = self.unix_socket
        if place is None:
            place = ",".join(f"{host}:{port}" for host, port in self.addresses)
        return f"database {self.database!r} at {place} as user {self.user!r}"
