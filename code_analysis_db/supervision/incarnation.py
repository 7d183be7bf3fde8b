"""One process of a driver, from its spawn to its end."""

from __future__ import annotations

import signal
from collections import deque
from multiprocessing import Pipe
from typing import Any, Callable, Deque, List, Optional

import attrs

from ..exceptions import DriverError, error_from_fields
from ..event_loop import Timer
from ..transport.endpoint import Endpoint
from .child_options import ChildOptions
from .child_target import run_target
from .exit_report import exit_report
from .heartbeat import Heartbeat
from .log_replay import LogReplay, record_from_fields
from .parent_pipe import ChildPipe
from .settings import SupervisionSettings
from .spawned_process import spawn_process
from .supervisor_thread import SupervisorThread

_LOG_LINES_KEPT = 10
# Time to write the stacks, to close down after the drain, or to end at a second
# SIGTERM, before the next harder means.
_LAST_GRACE_SECONDS = 2.0


@attrs.frozen
class Ending:
    """How an incarnation ended.

    Attributes:
        reason: a text for people.
        failure: the reason that the start itself failed, as the process gave it.
    """

    reason: str
    failure: Optional[DriverError] = None


@attrs.frozen
class Surroundings:
    """What the incarnations of a driver share.

    Attributes:
        name: the driver's name.
        settings: how it is supervised.
        target: what the child process runs, as ``module:function``.
        loop: the supervisor's thread.
        replay: where log records go.
    """

    name: str
    settings: SupervisionSettings
    target: str
    loop: SupervisorThread
    replay: LogReplay


class Incarnation:
    """A child process and the watch over it; used on the loop's thread only.

    It ends with exactly one call of ``ended``, unless the constructor raises.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        options: ChildOptions,
        ready: Callable[[Endpoint], None],
        ended: Callable[[Ending], None],
    ) -> None:
        """Spawn the process.

        Args:
            ready: told the endpoint once a ping was served.
            ended: told why, when the process is no more.

        Raises:
            ConfigurationError: the options cannot be handed to a process.
            DriverStartError: the process cannot be started.
        """
        self._around = surroundings
        self._loop = surroundings.loop
        self._options = options
        self._ready = ready
        self._ended = ended
        self._cause: Optional[str] = None
        self._failure: Optional[DriverError] = None
        self._log_lines: Deque[str] = deque(maxlen=_LOG_LINES_KEPT)
        self._heartbeat: Optional[Heartbeat] = None
        self._has_ended = False
        self._kill_timers: List[Timer] = []
        reader, writer = Pipe(duplex=False)
        try:
            self._process = spawn_process(
                run_target,
                (surroundings.target, options, writer),
                f"driver {surroundings.name}",
            )
        except BaseException:
            reader.close()
            raise
        finally:
            writer.close()
        self._pipe = ChildPipe(reader)
        self._loop.watch(self._pipe.fileno(), self._read_pipe)
        self._loop.watch(self._process.sentinel, self._process_ended)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    # --- ending it --------------------------------------------------------------------

    def terminate(self) -> None:
        """Have the process end its requests and go; then, after the time for that,
        have it go at once; then kill it."""
        drained = self._around.settings.stop_timeout + _LAST_GRACE_SECONDS
        self._stop_heartbeat()
        self._signal(signal.SIGTERM)
        self._signal_later(drained, signal.SIGTERM)
        self._signal_later(drained + _LAST_GRACE_SECONDS, signal.SIGKILL)

    def abort(self, cause: str) -> None:
        """End a process that hangs, with a dump of its stacks if it still can.

        Args:
            cause: what is wrong with it, for the report.
        """
        self._cause = cause
        self._stop_heartbeat()
        self._signal(signal.SIGABRT)
        self._signal_later(_LAST_GRACE_SECONDS, signal.SIGKILL)

    def _signal(self, number: int) -> None:
        """Send a signal, and wake the process in case it is stopped."""
        self._process.send_signal(number)
        self._process.send_signal(signal.SIGCONT)

    def _signal_later(self, seconds: float, number: int) -> None:
        """Send a signal in ``seconds``, if the process is still there then."""

        def send() -> None:
            """Send the signal."""
            self._signal(number)

        self._kill_timers.append(self._loop.call_later(seconds, send))

    # --- watching it ------------------------------------------------------------------

    def _read_pipe(self) -> None:
        """Take what the process says."""
        for message in self._pipe.read():
            self._take(message)
        if self._pipe.is_at_end:
            self._loop.unwatch(self._pipe.fileno())

    def _take(self, message: List[Any]) -> None:
        """Act on one message (see :mod:`.parent_pipe`)."""
        kind, *fields = message
        if kind == "log":
            self._log(fields)
        elif kind == "failed":
            self._failure = error_from_fields(*fields)
        elif kind == "ready" and not self._has_ended:
            self._await_first_answer(Endpoint.parse(fields[0]))

    def _log(self, fields: List[Any]) -> None:
        """Keep a log line for the report and hand the record on."""
        record = record_from_fields(
            fields, f"driver {self._around.name}", self._process.pid
        )
        self._log_lines.append(f"{record.levelname} {record.name}: {record.msg}")
        self._around.replay.put(record)

    def _await_first_answer(self, endpoint: Endpoint) -> None:
        """Ping the driver, which says that it listens; it is ready when it answers."""

        def answered() -> None:
            """Report the first answer."""
            if not self._has_ended and self._cause is None:
                self._ready(endpoint)

        self._heartbeat = Heartbeat(
            endpoint,
            self._around.settings,
            ready=self._posted(answered),
            silent=self._posted(self._silent),
        )

    def _posted(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Return a function that has the loop's thread run ``callback``."""

        def post() -> None:
            """Post the callback; a closed loop has nobody left to care."""
            self._loop.post(callback)

        return post

    def _silent(self) -> None:
        """End the process, which did not answer a ping."""
        if not self._has_ended and self._cause is None:
            timeout = self._around.settings.heartbeat_timeout
            self.abort(f"no answer to a ping within {timeout:g} s")

    def _process_ended(self) -> None:
        """Clear up after the process and report its end."""
        self._has_ended = True
        self._loop.unwatch(self._process.sentinel)
        exit_code = self._process.reap()
        if not self._pipe.is_at_end:
            self._loop.unwatch(self._pipe.fileno())
        for message in self._pipe.read_rest():
            self._take(message)
        self._pipe.close()
        self._stop_heartbeat()
        for timer in self._kill_timers:
            timer.cancel()
        reason = exit_report(
            exit_code, self._cause, self._log_lines, self._options.crash_file
        )
        failure = self._failure
        self._ended(Ending(str(failure) if failure else reason, failure))

    def _stop_heartbeat(self) -> None:
        """End the pings."""
        if self._heartbeat is not None:
            self._heartbeat.stop()
