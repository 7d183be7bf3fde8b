"""A driver that is kept alive: which state it is in, and what comes next."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any, Callable, Mapping, Optional

import attrs

from ..exceptions import (
    ConfigurationError,
    DriverError,
    DriverStartError,
    MissingDependencyError,
    UnknownDriverError,
)
from ..event_loop import Timer
from ..transport.endpoint import Endpoint
from .child_options import ChildOptions
from .incarnation import Ending, Incarnation, Surroundings
from .log_handler import current_log_levels
from .process_status import ProcessState, ProcessStatus
from .restart_policy import RestartPolicy
from .runtime_directory import RuntimeDirectory

# Starting again with the same configuration cannot cure these.
_PERMANENT = (ConfigurationError, MissingDependencyError, UnknownDriverError)


class SupervisedDriver:
    """The life of one driver over all its incarnations.

    ``status`` and :meth:`wait` are for every thread; the other methods run on the
    loop's thread.

    Attributes:
        status: what is known now; replaced as a whole, so that it can be read anywhere,
            a forked process included.
        failure: why the state is ``FAILED``.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        config: Mapping[str, Any],
        endpoint: Optional[Endpoint] = None,
    ) -> None:
        """Prepare a driver that is not started yet.

        Args:
            config: the driver's configuration.
            endpoint: where to listen; None for a socket in a directory of its own.
        """
        settings = surroundings.settings
        self._around = surroundings
        self._settings = settings
        self._config = config
        self._directory = RuntimeDirectory()
        self._policy = RestartPolicy(settings.max_restarts, settings.restart_window)
        self._incarnation: Optional[Incarnation] = None
        self._timer: Optional[Timer] = None
        self._start_deadline = 0.0
        self._has_been_ready = False
        self._changed = threading.Condition()
        self.failure: Optional[DriverError] = None
        self.status = ProcessStatus(surroundings.name, endpoint=endpoint)

    # --- from any thread --------------------------------------------------------------

    def wait(
        self, condition: Callable[[ProcessStatus], bool], timeout: Optional[float]
    ) -> bool:
        """Wait until the status fulfils the condition; False when it took too long."""

        def fulfilled() -> bool:
            """Whether the status of the moment fulfils the condition."""
            return condition(self.status)

        with self._changed:
            return self._changed.wait_for(fulfilled, timeout)

    @property
    def longest_stop(self) -> float:
        """The seconds after which a stop that is not done has gone wrong."""
        return self._settings.longest_stop

    # --- on the loop's thread ---------------------------------------------------------

    def start(self) -> None:
        """Start the driver, unless it is started.

        Raises:
            DriverStartError: there is no place for its socket.
        """
        if not self.status.state.is_settled:
            return
        self._directory.make()
        self._policy.forget()
        self._has_been_ready = False
        self.failure = None
        self._start_deadline = time.monotonic() + self._settings.start_timeout
        endpoint = self.status.endpoint or Endpoint(
            "unix", path=self._directory.socket_path
        )
        self._set_status(
            state=ProcessState.STARTING,
            endpoint=endpoint.with_key(),
            restarts=0,
            last_error=None,
        )
        self._launch()

    def stop(self) -> None:
        """Stop the driver, unless it is stopped; a failed one becomes a stopped one."""
        if self._incarnation is not None:
            if self.status.state is not ProcessState.STOPPING:
                self._set_status(state=ProcessState.STOPPING)
                self._cancel_timer()
                self._incarnation.terminate()
        else:
            self._settle(ProcessState.STOPPED)

    def _launch(self) -> None:
        """Start an incarnation."""
        generation = self.status.generation + 1
        endpoint = self.status.endpoint
        assert endpoint is not None
        options = ChildOptions(
            config=self._config,
            endpoint=endpoint,
            runtime_directory=self._directory.path,
            crash_file=self._directory.crash_file(generation),
            parent_pid=os.getpid(),
            drain_timeout=self._settings.stop_timeout,
            generation=generation,
            log_levels=current_log_levels(),
        )
        self._set_status(generation=generation)
        try:
            self._incarnation = Incarnation(
                self._around, options, self._became_ready, self._ended
            )
        except DriverError as error:
            self._died(Ending(str(error), error))
            return
        self._timer = self._around.loop.call_later(
            max(0.0, self._start_deadline - time.monotonic()), self._start_timed_out
        )
        self._set_status(pid=self._incarnation.pid)

    def _start_timed_out(self) -> None:
        """End an incarnation that does not become ready."""
        if self._incarnation is not None:
            self._incarnation.abort(
                f"not ready within {self._settings.start_timeout:g} s"
            )

    def _became_ready(self, endpoint: Endpoint) -> None:
        """Note that the incarnation serves at ``endpoint``."""
        if self.status.state is ProcessState.STOPPING:
            return
        self._cancel_timer()
        self._has_been_ready = True
        self._set_status(
            state=ProcessState.RUNNING, endpoint=endpoint, ready_at=time.monotonic()
        )
        self._log(logging.INFO, "driver %r is ready as process %d", self.status.pid)

    def _ended(self, ending: Ending) -> None:
        """Go on after the end of an incarnation."""
        self._incarnation = None
        self._cancel_timer()
        if self.status.state is ProcessState.STOPPING:
            self._settle(ProcessState.STOPPED)
        else:
            self._died(ending)

    def _died(self, ending: Ending) -> None:
        """Decide what follows an end that nobody asked for."""
        self._set_status(
            state=ProcessState.RESTARTING,
            pid=None,
            ready_at=None,
            last_error=ending.reason,
        )
        if not self._settings.restart or self._is_hopeless(ending):
            self._fail(ending.failure or DriverStartError(ending.reason))
            return
        delay = self._policy.delay_after_death(time.monotonic())
        if delay is None:
            self._fail(self._too_many_deaths(ending))
            return
        self._log(
            logging.WARNING,
            "driver %r is started again in %.2f s: %s",
            delay,
            ending.reason,
        )
        self._timer = self._around.loop.call_later(delay, self._restart)

    def _restart(self) -> None:
        """Start the next incarnation after a death."""
        if self._has_been_ready:
            timeout = self._settings.start_timeout
            self._start_deadline = time.monotonic() + timeout
        self._set_status(restarts=self.status.restarts + 1)
        self._launch()

    def _is_hopeless(self, ending: Ending) -> bool:
        """Whether starting again would end the same way, or too late.

        A driver that has never been ready has somebody waiting for its start: a reason
        that it gives itself goes to them, and so does the end of their patience.
        """
        if isinstance(ending.failure, _PERMANENT):
            return True
        if self._has_been_ready:
            return False
        return ending.failure is not None or time.monotonic() >= self._start_deadline

    def _too_many_deaths(self, ending: Ending) -> DriverStartError:
        """Return the error that says that the driver is given up."""
        settings = self._settings
        return DriverStartError(
            f"given up after {settings.max_restarts} restarts within"
            f" {settings.restart_window:g} s; at last {ending.reason}"
        )

    def _fail(self, failure: DriverError) -> None:
        """Give the driver up."""
        self.failure = failure
        if self._has_been_ready:
            # Before that, whoever started it is told.
            self._log(logging.ERROR, "driver %r has failed: %s", failure)
        self._settle(ProcessState.FAILED, last_error=str(failure))

    def _settle(self, state: ProcessState, **changes: Any) -> None:
        """Come to rest."""
        self._cancel_timer()
        self._directory.remove()
        self._set_status(state=state, pid=None, ready_at=None, **changes)

    def _cancel_timer(self) -> None:
        """Drop the timer of the start or of the restart."""
        if self._timer is not None:
            self._timer.cancel()

    def _set_status(self, **changes: Any) -> None:
        """Replace the status and tell those who wait."""
        with self._changed:
            self.status = attrs.evolve(self.status, **changes)
            self._changed.notify_all()

    def _log(self, level: int, message: str, *args: Any) -> None:
        """Log a message whose first argument is the driver's name."""
        self._around.replay.log(__name__, level, message, self.status.name, *args)
