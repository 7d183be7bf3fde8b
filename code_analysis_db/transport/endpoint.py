"""Where a driver process listens, and the key that opens it.

An :class:`Endpoint` is a small picklable value.  Its ``str`` holds the key, so that it
can be handed on through an environment variable: treat it as a secret.  Its ``repr``
does not.

    >>> endpoint = Endpoint.parse("unix:///run/code.sock?key=00ff")
    >>> endpoint.path
    '/run/code.sock'
    >>> endpoint
    Endpoint('unix:///run/code.sock')
"""

from __future__ import annotations

import os
import secrets
from typing import Tuple, Union
from urllib.parse import parse_qs, urlsplit

import attrs

from ..exceptions import ConfigurationError

# sun_path holds 108 bytes with its closing NUL on Linux (unix(7)).
MAX_UNIX_PATH = 107
KEY_BYTES = 32


@attrs.frozen(repr=False)
class Endpoint:
    """The address of a driver process and the key of its handshake.

    Attributes:
        scheme: ``"unix"`` or ``"tcp"``.
        path: the socket's path, ``""`` for TCP.
        host: the host name or address, ``""`` for a Unix socket.
        port: the port, 0 for a Unix socket (or, before binding, for any port).
        key: the shared secret; empty in an address that has not got one yet.
    """

    scheme: str
    path: str = ""
    host: str = ""
    port: int = 0
    key: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "Endpoint":
        """Read ``unix:///path[?key=hex]`` or ``tcp://host:port[?key=hex]``.

        Raises:
            ConfigurationError: the text is no endpoint; the message hides the key.
        """
        parts = urlsplit(text)
        shown = text.partition("?")[0]
        try:
            key = bytes.fromhex(parse_qs(parts.query).get("key", [""])[0])
            port = parts.port
        except ValueError:
            raise ConfigurationError(
                f"endpoint {shown!r} has a malformed port or key"
            ) from None
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return cls._unix(parts.path, key)
        if parts.scheme == "tcp" and parts.hostname and port is not None:
            return cls("tcp", host=parts.hostname, port=port, key=key)
        raise ConfigurationError(
            f"endpoint {shown!r} is neither unix:///path nor tcp://host:port"
        )

    @classmethod
    def _unix(cls, path: str, key: bytes) -> "Endpoint":
        """Make a Unix socket's endpoint after checking the length of its path."""
        length = len(os.fsencode(path))
        if length > MAX_UNIX_PATH:
            raise ConfigurationError(
                f"socket path {path!r} has {length} bytes, more than the"
                f" {MAX_UNIX_PATH} that a Unix socket address holds"
            )
        return cls("unix", path=path, key=key)

    @property
    def address(self) -> str:
        """The endpoint without its key."""
        if self.scheme == "unix":
            return f"unix://{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"

    @property
    def socket_address(self) -> Union[str, Tuple[str, int]]:
        """The address as the socket module takes it."""
        return self.path if self.scheme == "unix" else (self.host, self.port)

    def with_key(self) -> "Endpoint":
        """Return the endpoint with a new random key where it has none."""
        if self.key:
            return self
        return attrs.evolve(self, key=secrets.token_bytes(KEY_BYTES))

    def __str__(self) -> str:
        """Return the text that :meth:`parse` reads, key included."""
        return f"{self.address}?key={self.key.hex()}" if self.key else self.address

    def __repr__(self) -> str:
        """Show the address and hide the key."""
        return f"Endpoint({self.address!r})"
