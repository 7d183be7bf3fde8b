"""The hooks and fixtures by which tests get servers."""

from __future__ import annotations

import os
from typing import Any, Iterator, List, Protocol, Sequence

import pytest

from .found import Found
from .local_server import LocalServer, ServerStartError
from .prepared_data import VARIABLE
from .search import ServerMissingError, make_server
from .servers import Servers, unavailable
from .shared_servers import SharedServers

_SHARED = pytest.StashKey[SharedServers]()


class MakeServer(Protocol):
    """Makes a server of a kind that its test alone uses."""

    def __call__(
        self, kind: str, *, durable: bool = True, options: Sequence[str] = ()
    ) -> LocalServer:
        """Start a server.

        Args:
            durable: whether what it acknowledges is on disk.
            options: further options of its command line.
        """


def _shared(config: pytest.Config) -> SharedServers:
    """Return the servers of the run that this process began; made at the first call."""
    if _SHARED not in config.stash:
        config.stash[_SHARED] = SharedServers()
    return config.stash[_SHARED]


def pytest_configure(config: pytest.Config) -> None:
    """Tell a worker of xdist, and all that it starts, where prepared data are."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        os.environ[VARIABLE] = worker["servers"]["prepared"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where the controller's servers are."""
    node.workerinput["servers"] = _shared(node.config).to_plain()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers that this process made."""
    if _SHARED in config.stash:
        config.stash[_SHARED].close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """The servers that all tests share, and databases on them."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        return Servers(_shared(request.config).to_plain(), "main")
    return Servers(worker["servers"], worker["workerid"])


@pytest.fixture
def private_server() -> Iterator[MakeServer]:
    """Makes servers that a test may kill, suspend, restart; they end with the test."""
    yield from _private_servers()


@pytest.fixture(scope="module")
def module_server() -> Iterator[MakeServer]:
    """Makes servers that the tests of a module set up as they like and share."""
    yield from _private_servers()


def _private_servers() -> Iterator[MakeServer]:
    """Yield what makes servers, and end them."""
    made: List[LocalServer] = []

    def make(
        kind: str, *, durable: bool = True, options: Sequence[str] = ()
    ) -> LocalServer:
        """Start one more."""
        try:
            made.append(make_server(kind, durable=durable, options=options))
        except ServerMissingError as error:
            unavailable(Found(missing=str(error)))
        except ServerStartError as error:
            unavailable(Found(fault=str(error)))
        return made[-1]

    yield make
    for server in made:
        server.close()
