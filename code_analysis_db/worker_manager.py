"""Keeps driver processes alive: starts, watches, restarts and stops them by name.

    >>> manager = WorkerManager()
    >>> manager.start("code", {"type": "sqlite", "config": {"path": ":memory:"}})
    >>> manager.status("code").state
    <ProcessState.RUNNING: 'running'>
    >>> with manager.client("code") as client:
    ...     client.rpc.list_tables()
    []
    >>> manager.close()

One thread supervises all drivers of a manager (see ``supervision/``).  A program that
ends without :meth:`WorkerManager.close` leaves no driver behind; a process forked off
it neither supervises nor stops its drivers.
"""

from __future__ import annotations

import logging
import os
import threading
from multiprocessing import util
from types import TracebackType
from typing import Any, Callable, Dict, Mapping, Optional, Type, Union, overload

from .client.database_client import DatabaseClient
from .exceptions import (
    ConfigurationError,
    DriverStartError,
    DriverUnavailableError,
    UnknownDriverError,
)
from .supervision.child_target import DRIVER_TARGET
from .supervision.incarnation import Surroundings
from .supervision.log_replay import LogReplay
from .supervision.process_status import ProcessState, ProcessStatus
from .supervision.settings import SupervisionSettings
from .supervision.spawned_process import require_parenthood
from .supervision.supervised_driver import SupervisedDriver
from .supervision.supervisor_thread import SupervisorThread
from .transport.endpoint import Endpoint

# Handlers of the program that are slower than this get their log records later.
_LOG_SECONDS = 1.0
# Before multiprocessing joins the program's other children, at the end of a program.
_EXIT_PRIORITY = 100

EndpointLike = Union[Endpoint, str]


class WorkerManager:
    """Driver processes by name.  Thread-safe."""

    def __init__(self) -> None:
        """Make a manager of no drivers."""
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._is_closed = False
        self._drivers: Dict[str, SupervisedDriver] = {}
        self._replay = LogReplay()
        self._loop = SupervisorThread("driver-supervisor", self._report_defect)
        self._at_exit: Callable[[], None] = util.Finalize(
            None, self._shut_down, exitpriority=_EXIT_PRIORITY
        )

    def __enter__(self) -> WorkerManager:
        """Return the manager."""
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Stop every driver."""
        self.close()

    # --- starting and stopping ------------------------------------------------------

    def start(
        self,
        name: str,
        config: Mapping[str, Any],
        *,
        endpoint: Optional[EndpointLike] = None,
        restart: bool = True,
        heartbeat_interval: float = 5.0,
        heartbeat_timeout: float = 15.0,
        max_restarts: int = 5,
        restart_window: float = 60.0,
        start_timeout: float = 30.0,
        stop_timeout: float = 10.0,
    ) -> None:
        """Start a driver and wait until it has served a request.

        Args:
            name: what the other methods know it by.
            config: ``{"type": driver, "config": {…}}``.
            endpoint: where it listens: ``unix:///path`` or ``tcp://host:port``; None
                for a Unix socket in a private directory.
            restart: start it again when it dies, unless it dies too often.
            heartbeat_interval: seconds between two pings; 0 for no heartbeat.
            heartbeat_timeout: a ping unanswered for so many seconds means that the
                driver hangs: it is killed, and started again.
            max_restarts: the restarts within ``restart_window`` seconds that are tried
                before it is given up.
            restart_window: see ``max_restarts``.
            start_timeout: seconds until it must have served a request.
            stop_timeout: seconds that it may take to end its requests when it is
                stopped.

        Raises:
            ConfigurationError: ``config`` or an option has faults.
            DriverConnectionError: the driver cannot open its database, or its endpoint
                is in use (``EndpointInUseError``); the class is the one that the
                driver raised.
            DriverStartError: it did not become ready in time, kept dying, or runs
                already under the name.
        """
        settings = SupervisionSettings(
            restart=restart,
            heartbeat_interval=heartbeat_interval,
            heartbeat_timeout=heartbeat_timeout,
            max_restarts=max_restarts,
            restart_window=restart_window,
            start_timeout=start_timeout,
            stop_timeout=stop_timeout,
        )
        if not isinstance(config, Mapping):
            raise ConfigurationError(
                f"the configuration of driver {name!r} must be a dict, not a"
                f" {type(config).__name__}"
            )
        self._require_owner()
        require_parenthood()
        where = Endpoint.parse(endpoint) if isinstance(endpoint, str) else endpoint
        with self._lock:
            other = self._drivers.get(name)
            if other is not None and not other.status.state.is_settled:
                raise DriverStartError(
                    f"driver {name!r} is {other.status.state.value} already; stop it"
                    " first, or restart it"
                )
            around = Surroundings(
                name, settings, DRIVER_TARGET, self._loop, self._replay
            )
            self._drivers[name] = SupervisedDriver(around, dict(config), where)
        self._start(self._drivers[name])

    def stop(self, name: str) -> None:
        """Stop a driver: it ends the requests that it has, then goes.

        Past its ``stop_timeout`` it is ended hard.  A stopped driver stays stopped.
        """
        driver = self._driver(name)
        if os.getpid() == self._owner:
            self._stop(driver)

    def restart(self, name: str) -> None:
        """Stop a driver and start it with the same configuration and endpoint.

        Raises:
            DriverError: as :meth:`start`.
        """
        self._require_owner()
        driver = self._driver(name)
        self._stop(driver)
        self._start(driver)

    def close(self) -> None:
        """Stop every driver; twice is fine."""
        if os.getpid() == self._owner:
            self._at_exit()

    # --- looking --------------------------------------------------------------------

    @overload
    def status(self, name: str) -> ProcessStatus:
        """Return the status of one driver."""

    @overload
    def status(self, name: None = None) -> Dict[str, ProcessStatus]:
        """Return the status of every driver by name."""

    def status(
        self, name: Optional[str] = None
    ) -> Union[ProcessStatus, Dict[str, ProcessStatus]]:
        """Return a driver's status, or with no name every driver's by name.

        In a process that was forked off the owner it is the status at the fork.
        """
        if name is not None:
            return self._driver(name).status
        return {name: driver.status for name, driver in list(self._drivers.items())}

    def wait_ready(self, name: str, timeout: Optional[float] = None) -> None:
        """Wait until a driver serves, through its restarts.

        Args:
            timeout: seconds to wait, None for as long as it is not given up.

        Raises:
            DriverStartError: it is stopped, or was not ready in time.
            DriverError: it has failed; the error says why.
        """
        self._require_owner()
        driver = self._driver(name)
        if not driver.wait(_is_running_or_settled, timeout):
            raise DriverStartError(
                f"driver {name!r} was not ready within {timeout:g} s"
            )
        self._require_running(driver)

    def client(
        self, name: str, *, default_timeout: Optional[float] = None
    ) -> DatabaseClient:
        """Return a new client of a driver.

        Args:
            default_timeout: seconds for each call that brings no timeout of its own.

        Raises:
            DriverUnavailableError: the driver is stopped or has failed.
        """
        status = self._driver(name).status
        if status.endpoint is None or status.state.is_settled:
            reason = f": {status.last_error}" if status.last_error else ""
            raise DriverUnavailableError(
                f"driver {name!r} is {status.state.value}{reason}; start it first"
            )
        return DatabaseClient.connect(status.endpoint, default_timeout=default_timeout)

    # --- inside ---------------------------------------------------------------------

    def _driver(self, name: str) -> SupervisedDriver:
        """Return the driver that was started under ``name``."""
        driver = self._drivers.get(name)
        if driver is None:
            raise UnknownDriverError(
                f"no driver was started as {name!r}, only {sorted(self._drivers)}"
            )
        return driver

    def _start(self, driver: SupervisedDriver) -> None:
        """Start a driver and wait until it is ready or given up."""
        with self._lock:
            if self._is_closed:
                raise DriverStartError("the manager is closed")
            self._loop.run(driver.start)
        try:
            driver.wait(_is_running_or_settled, None)
        except BaseException:
            # Ctrl-C, for one: whoever waited for the driver does not want it any more.
            self._stop(driver)
            raise
        self._require_running(driver)

    def _require_running(self, driver: SupervisedDriver) -> None:
        """Raise why the driver does not run, where it does not."""
        if driver.status.state is ProcessState.FAILED and driver.failure is not None:
            raise driver.failure
        if driver.status.state.is_settled:
            raise DriverStartError(f"driver {driver.status.name!r} was stopped")

    def _stop(self, *drivers: SupervisedDriver) -> None:
        """Stop drivers, all at once, and wait until the last one has gone."""
        for driver in drivers:
            self._loop.post(driver.stop)
        for driver in drivers:
            # Bounded, so that nothing can hold up the end of a program for ever.
            driver.wait(_is_settled, driver.longest_stop)
        self._replay.flush(_LOG_SECONDS)

    def _shut_down(self) -> None:
        """Stop everything, threads included."""
        with self._lock:
            self._is_closed = True
        self._stop(*self._drivers.values())
        self._loop.close()
        self._replay.close(_LOG_SECONDS)

    def _require_owner(self) -> None:
        """Raise in a process that was forked off the one which made the manager."""
        if os.getpid() != self._owner:
            raise DriverStartError(
                f"the manager belongs to process {self._owner}; make one of your own,"
                " or connect to the endpoint"
            )

    def _report_defect(self, error: BaseException) -> None:
        """Log an exception of the supervisor itself; it goes on."""
        self._replay.log(
            __name__, logging.ERROR, "a step of the supervision failed", error=error
        )


def _is_settled(status: ProcessStatus) -> bool:
    """Whether the driver is stopped or given up."""
    return status.state.is_settled


def _is_running_or_settled(status: ProcessStatus) -> bool:
    """Whether there is nothing left to wait for."""
    return status.state is ProcessState.RUNNING or status.state.is_settled
