"""The entry point of the driver process.

Spawned by a supervisor it is :func:`run_child`.  From a shell

    python -m code_analysis_db.runner --config driver.json

it serves until SIGTERM or Ctrl-C, and prints one line with its endpoint when it is
ready.  Exit codes: 0 after a stop, 1 when the driver cannot start or fails, 2 for a
faulty configuration or command line.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import logging
import signal
import sys
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ContextManager, Iterator, Mapping, Optional, Sequence

from .drivers.limits import Limits
from .drivers.registry import create_driver
from .exceptions import (
    ConfigurationError,
    DriverError,
    MissingDependencyError,
    UnknownDriverError,
)
from .server.driver_server import DriverServer
from .server.interpreter import tune_interpreter
from .supervision.child import serve_child
from .supervision.child_options import ChildOptions
from .supervision.runtime_directory import RuntimeDirectory
from .supervision.stop_signal import StopSignal
from .transport.endpoint import Endpoint

_CONFIG_KEYS = ("type", "config")
_EXIT_FAILED = 1
_EXIT_USAGE = 2


@contextmanager
def open_server(
    config: Mapping[str, Any],
    endpoint: Endpoint,
    *,
    generation: int = 1,
    drain_timeout: float = 10.0,
) -> Iterator[DriverServer]:
    """Open the database that ``config`` names and listen at ``endpoint``; the database
    is closed at the end of the block.

    Raises:
        ConfigurationError: the configuration has faults.
        DriverError: the database cannot be opened, or the endpoint not be had.
    """
    unknown = [key for key in config if key not in _CONFIG_KEYS]
    missing = [key for key in _CONFIG_KEYS if key not in config]
    if unknown or missing:
        raise ConfigurationError(
            f"the configuration has the keys {list(_CONFIG_KEYS)}: unknown are"
            f" {unknown}, missing {missing}"
        )
    driver = create_driver(config["type"], config)
    try:
        yield DriverServer(
            driver,
            endpoint,
            Limits.from_config(config["config"]),
            generation=generation,
            drain_timeout=drain_timeout,
        )
    finally:
        driver.disconnect()


def run_child(options: ChildOptions, pipe: Connection) -> None:
    """Be a supervised driver process; what a supervisor spawns.

    Args:
        pipe: the way to the parent (see ``supervision.parent_pipe``).
    """
    serve_child(options, pipe, _server_of_child)


def _server_of_child(options: ChildOptions) -> ContextManager[DriverServer]:
    """Open the server that a supervisor asked for."""
    tune_interpreter()
    return open_server(
        options.config,
        options.endpoint,
        generation=options.generation,
        drain_timeout=options.drain_timeout,
    )


# --- from a shell -------------------------------------------------------------------


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=options.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    faulthandler.enable()
    tune_interpreter()
    try:
        _serve(_read_config(options.config), options.endpoint)
    except (ConfigurationError, MissingDependencyError, UnknownDriverError) as error:
        print(f"error: {error}", file=sys.stderr)
        return _EXIT_USAGE
    except DriverError as error:
        print(f"error: {error}", file=sys.stderr)
        return _EXIT_FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m code_analysis_db.runner",
        description="Serve a database to clients until SIGTERM or Ctrl-C. Prints one"
        " line when it is ready: the endpoint, key included, that clients pass to"
        " DatabaseClient.connect.",
    )
    parser.add_argument(
        "--config",
        required=True,
        metavar="FILE",
        help='JSON file: {"type": "sqlite", "config": {"path": "code.db"}};'
        " - for standard input",
    )
    parser.add_argument(
        "--endpoint",
        metavar="ADDRESS",
        help="unix:///path or tcp://host:port, with ?key=… for a key of your own"
        " (default: a socket in a private directory)",
    )
    parser.add_argument(
        "--log-level",
        default="warning",
        choices=["debug", "info", "warning", "error", "critical"],
        help="what to log to standard error (default: %(default)s)",
    )
    return parser


def _read_config(path: str) -> Mapping[str, Any]:
    """Read the configuration file.

    Raises:
        ConfigurationError: it cannot be read, or holds no JSON object.
    """
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        config = json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot read configuration {path!r}: {error}") from (
            error
        )
    if not isinstance(config, dict):
        raise ConfigurationError(f"configuration {path!r} is no JSON object")
    return config


def _serve(config: Mapping[str, Any], address: Optional[str]) -> None:
    """Listen, print the endpoint, and serve until a signal."""
    directory = RuntimeDirectory()
    stop_signal = StopSignal({signal.SIGTERM, signal.SIGINT}, directory.remove)
    directory.make()
    try:
        endpoint = Endpoint.parse(address or f"unix://{directory.socket_path}")
        with open_server(config, endpoint.with_key()) as server:
            stop_signal.attach(server.request_stop)
            print(server.endpoint, flush=True)
            server.serve()
    finally:
        directory.remove()


if __name__ == "__main__":
    sys.exit(main())
