"""A server in a Docker container, by testcontainers.

Only the core of testcontainers is used: its modules for databases have moved from one
release to the next.  A container whose tests were killed is removed by testcontainers'
own watcher (Ryuk) or, where that is switched off, by the next run.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import closing, suppress
from typing import Dict, List

import attrs

from .address import ServerAddress
from .administrations import administration_of
from .local_server import ServerStartError
from .mysql_server import OPTIONS
from .postgres_server import SETTINGS
from .process_identity import ProcessIdentity

_START_TIMEOUT = 120.0
_ENGINE_TIMEOUT = 2
_USUAL_HOST = "unix:///var/run/docker.sock"
_PASSWORD = "tester-password"
_LABELS = {kind: f"code-analysis-db-tests-{kind}" for kind in ("postgres", "mysql")}


@attrs.frozen
class _Image:
    """What is run for a kind of server.

    Attributes:
        variable: names another image in the environment.
        options: of the server's command line.
    """

    variable: str
    name: str
    port: int
    user: str
    database: str
    environment: Dict[str, str]
    options: List[str]


_IMAGES = {
    "postgres": _Image(
        variable="POSTGRES_IMAGE",
        name="postgres:17",
        port=5432,
        user="postgres",
        database="postgres",
        environment={"POSTGRES_PASSWORD": _PASSWORD},
        options=[word for setting in SETTINGS for word in ("-c", setting)],
    ),
    "mysql": _Image(
        variable="MYSQL_IMAGE",
        name="mariadb:11.4",
        port=3306,
        user="root",
        database="mysql",
        environment={"MYSQL_ROOT_PASSWORD": _PASSWORD},
        options=list(OPTIONS),
    ),
}


def docker_answers() -> bool:
    """Whether there is an engine; a docker command on the PATH says nothing."""
    if not _is_listened_to(os.environ.get("DOCKER_HOST") or _USUAL_HOST):
        return False
    try:
        import docker
        from docker.errors import DockerException
    except ImportError:
        return False
    try:
        with closing(docker.from_env(timeout=_ENGINE_TIMEOUT)) as client:
            return bool(client.ping())
    except (DockerException, OSError):
        return False


def _is_listened_to(host: str) -> bool:
    """Whether somebody takes connections; of others than Unix sockets nobody knows.

    Docker's client does not close a socket that it could not connect.
    """
    scheme, _, path = host.partition("://")
    if scheme != "unix":
        return True
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(path) == 0


def remove_left_containers(kind: str) -> None:
    """Remove what runs left that were killed.  An engine has to answer."""
    import docker
    from docker.errors import APIError

    label = _LABELS[kind]
    with closing(docker.from_env()) as client:
        for container in client.containers.list(all=True, filters={"label": label}):
            owner = ProcessIdentity.parse(container.labels[label])
            if owner is not None and owner.is_known_dead:
                # Somebody else may be removing it.
                with suppress(APIError):
                    container.remove(force=True, v=True)


class ContainerServer:
    """A server in a container of its own.

    Attributes:
        address: where it is.
    """

    def __init__(self, kind: str) -> None:
        """Start a container and wait until the server in it serves.

        Raises:
            Exception: whatever Docker and testcontainers raise, for instance where the
                image is not to be had.
        """
        from testcontainers.core.container import DockerContainer

        image = _IMAGES[kind]
        self._container = (
            DockerContainer(os.environ.get(image.variable, image.name))
            .with_exposed_ports(image.port)
            .with_envs(**image.environment)
            .with_command(image.options)
            .with_kwargs(labels={_LABELS[kind]: str(ProcessIdentity.of(os.getpid()))})
        )
        try:
            self._container.start()
            self.address = ServerAddress(
                kind=kind,
                host=self._container.get_container_host_ip(),
                port=int(self._container.get_exposed_port(image.port)),
                user=image.user,
                password=_PASSWORD,
                database=image.database,
            )
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def _wait_until_ready(self) -> None:
        """Wait until the server can be connected to from here."""
        administration = administration_of(self.address)
        deadline = time.monotonic() + _START_TIMEOUT
        failure = administration.failure_to_connect()
        while failure is not None:
            if time.monotonic() > deadline:
                raise ServerStartError(f"{self._container.image}: {failure}")
            time.sleep(0.1)
            failure = administration.failure_to_connect()

    def close(self) -> None:
        """Remove the container."""
        self._container.stop()
