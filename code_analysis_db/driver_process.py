"""One supervised driver process, as a context manager that gives a client.

>>> with DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}}) as client:
...     client.rpc.list_tables()
[]
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, Mapping, NoReturn, Optional, Type

from .client.database_client import DatabaseClient
from .exceptions import DriverUnavailableError
from .supervision.process_status import ProcessState, ProcessStatus
from .transport.endpoint import Endpoint
from .worker_manager import EndpointLike, WorkerManager

_NAME = "driver"


class DriverProcess:
    """A driver process that this process owns, kept alive by a manager of its own.

    Other processes get :attr:`endpoint` and connect with ``DatabaseClient.connect``.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        *,
        endpoint: Optional[EndpointLike] = None,
        restart: bool = True,
        heartbeat_interval: float = 5.0,
        heartbeat_timeout: float = 15.0,
        max_restarts: int = 5,
        restart_window: float = 60.0,
        start_timeout: float = 30.0,
    ) -> None:
        """Prepare a driver process; :meth:`start` or the ``with`` block starts it.

        The arguments are those of :meth:`WorkerManager.start`.
        """
        self._config = config
        self._options: Dict[str, Any] = {
            "endpoint": endpoint,
            "restart": restart,
            "heartbeat_interval": heartbeat_interval,
            "heartbeat_timeout": heartbeat_timeout,
            "max_restarts": max_restarts,
            "restart_window": restart_window,
            "start_timeout": start_timeout,
        }
        self._manager: Optional[WorkerManager] = None
        self._client: Optional[DatabaseClient] = None

    def __enter__(self) -> DatabaseClient:
        """Start the driver and return a client, closed at the end of the block."""
        self.start()
        try:
            self._client = self.client()
        except BaseException:
            self.stop()
            raise
        return self._client

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Close the block's client and stop the driver."""
        client, self._client = self._client, None
        try:
            if client is not None:
                client.close()
        finally:
            self.stop()

    def start(self) -> DriverProcess:
        """Start the driver and return once it has served a request.

        A driver that was started is left as it is.

        Raises:
            DriverError: as :meth:`WorkerManager.start`.
        """
        if self._manager is not None:
            return self
        manager = WorkerManager()
        try:
            manager.start(_NAME, self._config, **self._options)
        except BaseException:
            manager.close()
            raise
        self._manager = manager
        return self

    def stop(self) -> None:
        """End the driver's requests and the driver; twice is fine.

        In a process that was forked off the owner this does nothing.
        """
        manager, self._manager = self._manager, None
        if manager is not None:
            manager.close()

    def client(self, *, default_timeout: Optional[float] = None) -> DatabaseClient:
        """Return a new client.

        Args:
            default_timeout: seconds for each call that brings no timeout of its own.

        Raises:
            DriverUnavailableError: the driver is not started, or has failed.
        """
        return self._started().client(_NAME, default_timeout=default_timeout)

    @property
    def endpoint(self) -> Endpoint:
        """Where clients connect; the same through restarts."""
        endpoint = self._started().status(_NAME).endpoint
        assert endpoint is not None
        return endpoint

    @property
    def pid(self) -> Optional[int]:
        """The driver's process id, None while there is no process."""
        return self.status().pid

    def is_alive(self) -> bool:
        """Whether the driver serves: it is ready, and not about to be restarted."""
        return self.status().state is ProcessState.RUNNING

    def status(self) -> ProcessStatus:
        """Return what is known about the driver now."""
        if self._manager is None:
            return ProcessStatus(_NAME)
        return self._manager.status(_NAME)

    def __repr__(self) -> str:
        """Show the state and the process id, and nothing of the configuration."""
        status = self.status()
        return f"<DriverProcess {status.state.value}, pid {status.pid}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a process has one owner."""
        raise TypeError(
            "a DriverProcess cannot be handed to another process; hand over its"
            " endpoint"
        )

    def _started(self) -> WorkerManager:
        """Return the manager of the started driver."""
        if self._manager is None:
            raise DriverUnavailableError("the driver is not started")
        return self._manager
