"""Drivers over a server: the one that all tests share, or one of the test's own."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List

import pytest

from code_analysis_db.client import DatabaseClient
from code_analysis_db.driver_process import DriverProcess
from tests.servers.address import ServerAddress
from tests.servers.administrations import administration_of
from tests.servers.local_server import LocalServer
from tests.servers.plugin import MakeServer
from tests.servers.search import KINDS
from tests.servers.servers import Servers

from .scene import ITEMS, Scene

MakeScene = Callable[..., Scene]
StartDriver = Callable[..., DriverProcess]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every kind of server."""
    name: str = request.param
    return name


@pytest.fixture
def server(kind: str, private_server: MakeServer) -> LocalServer:
    """A server that may be killed, whose acknowledged writes are on disk."""
    return private_server(kind)


@pytest.fixture
def start_driver() -> Iterator[StartDriver]:
    """Starts drivers, and stops them at the end."""
    started: List[DriverProcess] = []

    def start(config: Dict[str, Any], **settings: Any) -> DriverProcess:
        """Start one more."""
        process = DriverProcess(config, **settings)
        started.append(process)
        return process.start()

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def make_scene(
    kind: str, servers: Servers, start_driver: StartDriver
) -> Iterator[MakeScene]:
    """Makes a driver over a fresh database of the shared server, with a table."""
    configs: List[Dict[str, Any]] = []

    def make(**settings: Any) -> Scene:
        """Start one more, with these settings of the driver."""
        configs.append(servers.new_config(kind, **settings))
        return start_scene(start_driver, configs[-1], servers.address(kind))

    yield make
    for config in configs:
        servers.drop(config)


@pytest.fixture
def scene(make_scene: MakeScene) -> Scene:
    """A driver with a pool of four connections."""
    return make_scene(connection_pool_size=4)


@pytest.fixture
def client(scene: Scene) -> Iterator[DatabaseClient]:
    """A client of that driver."""
    with scene.client() as connected:
        yield connected


@pytest.fixture
def own_scene(server: LocalServer, start_driver: StartDriver) -> Scene:
    """A driver over a server of the test's own, with a pool of four connections."""
    server.administration.create_database("faults")
    config = server.address.config("faults", connection_pool_size=4)
    return start_scene(start_driver, config, server.address)


def start_scene(
    start_driver: StartDriver, config: Dict[str, Any], address: ServerAddress
) -> Scene:
    """Start a driver and give it the table ``items``."""
    scene = Scene(
        address.kind,
        start_driver(config),
        administration_of(address),
        config["config"]["database"],
    )
    with scene.client() as client:
        client.rpc.create_table(ITEMS)
    return scene
