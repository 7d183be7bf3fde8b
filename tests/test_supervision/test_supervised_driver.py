"""The life of a driver: ready, dying, hanging, given up, stopped."""

from __future__ import annotations

import logging
import os
import signal
import stat
import time
from typing import Any, Callable

import pytest

from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverConnectionError,
    DriverStartError,
)
from code_analysis_db.supervision.process_status import ProcessState, ProcessStatus

from .conftest import Supervision
from .processes import pid_of, process_exists

Supervise = Callable[..., Supervision]


def is_running(status: ProcessStatus) -> bool:
    """Whether the driver serves."""
    return status.state is ProcessState.RUNNING


def next_generation(old: ProcessStatus) -> Callable[[ProcessStatus], bool]:
    """Return the condition that a later incarnation serves."""

    def reached(status: ProcessStatus) -> bool:
        """Whether the status is of a later incarnation that serves."""
        return is_running(status) and status.generation > old.generation

    return reached


def test_ready_means_that_a_ping_was_served(supervise: Supervise) -> None:
    """The status says all about a driver that serves."""
    status = supervise().start()
    assert status.state is ProcessState.RUNNING
    assert process_exists(pid_of(status))
    assert (status.generation, status.restarts, status.last_error) == (1, 0, None)
    assert 0 < status.uptime < 30


def test_a_driver_that_answers_no_ping_is_not_ready(supervise: Supervise) -> None:
    """Listening alone is not enough."""
    supervision = supervise("mute", start_timeout=1.5)
    status = supervision.start()
    assert status.state is ProcessState.FAILED
    assert "not ready within 1.5 s" in str(supervision.driver.failure)


def test_a_start_that_hangs_is_aborted_with_its_stacks(supervise: Supervise) -> None:
    """The reason shows where it hung, if it had the time to come so far."""
    for start_timeout in (1.5, 6.0, 24.0):
        supervision = supervise("never_ready", start_timeout=start_timeout)
        supervision.start()
        failure = str(supervision.driver.failure)
        assert isinstance(supervision.driver.failure, DriverStartError)
        assert f"not ready within {start_timeout:g} s" in failure
        assert "SIGABRT" in failure
        if "in open_stub" in failure:
            break
    else:
        pytest.fail(f"no stack shows where it hung: {failure}")


@pytest.mark.parametrize(
    "behaviour, expected",
    [("refuse", ConfigurationError), ("unreachable", DriverConnectionError)],
)
def test_a_reason_given_at_the_first_start_is_not_retried(
    supervise: Supervise, behaviour: str, expected: type[Exception]
) -> None:
    """The caller gets the child's error as the same class, at once."""
    supervision = supervise(behaviour)
    status = supervision.start()
    assert status.state is ProcessState.FAILED
    assert (status.generation, status.restarts) == (1, 0)
    assert type(supervision.driver.failure) is expected


def test_details_of_the_childs_error_arrive(supervise: Supervise) -> None:
    """The database's own code comes along."""
    supervision = supervise("unreachable")
    supervision.start()
    failure = supervision.driver.failure
    assert failure is not None
    assert failure.database_code == "08001"


def test_a_crash_loop_ends_as_failed_with_the_reason(supervise: Supervise) -> None:
    """Exit code and last log lines are in it; the password in them is not."""
    supervision = supervise("die_at_start", max_restarts=2)
    status = supervision.start()
    assert status.state is ProcessState.FAILED
    assert (status.generation, status.restarts) == (3, 2)
    failure = str(supervision.driver.failure)
    assert "given up after 2 restarts within 60 s" in failure
    assert "exit code 7" in failure
    assert "ERROR code_analysis_db.stub: the stub is about to die" in failure
    assert "tiger-lily" not in failure
    assert "***" in failure
    assert status.last_error == failure


def test_a_loop_of_deaths_after_ready_ends_as_failed(supervise: Supervise) -> None:
    """Becoming ready does not clear the record."""
    supervision = supervise("die_when_ready", max_restarts=2)
    supervision.start()
    status = supervision.wait(lambda status: status.state is ProcessState.FAILED)
    assert "exit code 3" in str(status.last_error)


def test_a_defect_in_the_child_is_reported_with_its_traceback(
    supervise: Supervise,
) -> None:
    """An unexpected exception is a crash whose log lines say where."""
    supervision = supervise("raise", max_restarts=1)
    supervision.start()
    assert "ZeroDivisionError: a defect of the stub" in str(supervision.driver.failure)


def test_a_killed_driver_comes_back_at_the_same_endpoint(supervise: Supervise) -> None:
    """SIGKILL costs an incarnation, not the driver."""
    supervision = supervise()
    first = supervision.start()
    os.kill(pid_of(first), signal.SIGKILL)
    second = supervision.wait(next_generation(first))
    assert second.pid != first.pid
    assert second.endpoint == first.endpoint
    assert second.restarts == 1
    assert "was killed by SIGKILL" in str(second.last_error)
    assert not process_exists(pid_of(first))


def test_without_restart_a_dead_driver_stays_dead(supervise: Supervise) -> None:
    """restart=False means failed at the first death."""
    supervision = supervise(restart=False)
    first = supervision.start()
    os.kill(pid_of(first), signal.SIGKILL)
    status = supervision.wait(lambda status: status.state.is_settled)
    assert status.state is ProcessState.FAILED
    assert (status.generation, status.pid, status.uptime) == (1, None, 0.0)


def test_a_stopped_process_is_found_by_the_heartbeat(supervise: Supervise) -> None:
    """A process that hangs as a whole is killed and replaced; its stacks are kept."""
    supervision = supervise(heartbeat_interval=0.1, heartbeat_timeout=0.6)
    first = supervision.start()
    os.kill(pid_of(first), signal.SIGSTOP)
    second = supervision.wait(next_generation(first))
    assert "no answer to a ping within 0.6 s" in str(second.last_error)
    assert "its stacks:" in str(second.last_error)
    assert not process_exists(pid_of(first))


def test_a_server_that_hangs_is_found_by_the_heartbeat(supervise: Supervise) -> None:
    """The stacks of a process that lives but does not answer say where it hangs."""
    supervision = supervise(
        "mute_after_first", heartbeat_interval=0.1, heartbeat_timeout=0.6
    )
    first = supervision.start()
    status = supervision.wait(lambda status: status.generation > first.generation)
    assert "in _answer" in str(status.last_error)


def test_the_heartbeat_leaves_a_healthy_driver_alone(supervise: Supervise) -> None:
    """Many pings, no restart."""
    supervision = supervise(heartbeat_interval=0.01, heartbeat_timeout=5.0)
    first = supervision.start()
    assert not supervision.driver.wait(lambda status: status != first, 0.5)


def test_stop_leaves_nothing(supervise: Supervise) -> None:
    """No process, no zombie, no socket, no directory."""
    supervision = supervise()
    status = supervision.start()
    directory = supervision.socket_path.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    stopped = supervision.stop()
    assert stopped.state is ProcessState.STOPPED
    assert not process_exists(pid_of(status))
    assert not directory.exists()


def test_a_stopped_driver_starts_again_at_its_endpoint(supervise: Supervise) -> None:
    """Its clients find it where it was."""
    supervision = supervise()
    first = supervision.start()
    supervision.stop()
    second = supervision.start()
    assert second.state is ProcessState.RUNNING
    assert second.endpoint == first.endpoint


def test_a_driver_that_does_not_drain_is_ended(supervise: Supervise) -> None:
    """After its time a second SIGTERM ends it."""
    supervision = supervise("never_drain", stop_timeout=0.3)
    status = supervision.start()
    began = time.monotonic()
    supervision.stop()
    assert 0.3 <= time.monotonic() - began < 10
    assert not process_exists(pid_of(status))


def test_a_stopped_process_can_be_stopped(supervise: Supervise) -> None:
    """SIGSTOP does not keep a driver from ending."""
    supervision = supervise()
    status = supervision.start()
    os.kill(pid_of(status), signal.SIGSTOP)
    began = time.monotonic()
    assert supervision.stop().state is ProcessState.STOPPED
    assert time.monotonic() - began < 5
    assert not process_exists(pid_of(status))


def test_ctrl_c_and_hang_up_are_left_to_the_parent(supervise: Supervise) -> None:
    """Both reach the whole process group of a terminal."""
    supervision = supervise(heartbeat_interval=0.01)
    status = supervision.start()
    os.kill(pid_of(status), signal.SIGINT)
    os.kill(pid_of(status), signal.SIGHUP)
    assert not supervision.driver.wait(lambda now: now != status, 0.3)


def test_log_records_arrive_under_their_names(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    """The parent's level decides which are sent."""
    caplog.set_level(logging.INFO, "code_analysis_db")
    supervision = supervise()
    status = supervision.start()
    supervision.replay.flush(10)
    (record,) = [r for r in caplog.records if r.name == "code_analysis_db.stub"]
    assert record.getMessage() == "stub of generation 1 starts"
    assert record.process == status.pid
    assert record.processName == "driver stub"


def test_log_records_below_the_parents_level_stay_away(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    """A logger's own level in the parent holds in the child."""
    caplog.set_level(logging.INFO, "code_analysis_db")
    caplog.set_level(logging.ERROR, "code_analysis_db.stub")
    supervision = supervise()
    supervision.start()
    supervision.replay.flush(10)
    assert not [r for r in caplog.records if r.name == "code_analysis_db.stub"]


def test_an_exception_in_a_thread_is_logged(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    """With its traceback, in the parent."""
    supervision = supervise("fail_in_thread")
    supervision.start()
    supervision.stop()
    supervision.replay.flush(10)
    assert "thread unlucky failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_log_handler_that_raises_stops_nothing(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk under the parent's log costs log lines, not the driver."""

    class FullDisk(logging.Handler):
        """A handler whose disk is full."""

        def emit(self, record: logging.LogRecord) -> None:
            """Fail."""
            raise OSError(28, "No space left on device")

    caplog.set_level(logging.INFO, "code_analysis_db")
    logger = logging.getLogger("code_analysis_db")
    handler = FullDisk()
    logger.addHandler(handler)
    try:
        supervision = supervise()
        first = supervision.start()
        os.kill(pid_of(first), signal.SIGKILL)
        assert supervision.wait(next_generation(first)).restarts == 1
        supervision.replay.flush(10)
        assert supervision.replay.failures > 0
    finally:
        logger.removeHandler(handler)


def test_nothing_shows_a_secret(
    supervise: Supervise, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the status, nor an error, nor a log record has key or password."""
    caplog.set_level(logging.DEBUG, "code_analysis_db")
    supervision = supervise("refuse")
    status = supervision.start()
    supervision.replay.flush(10)
    assert status.endpoint is not None
    shown: list[Any] = [status, supervision.driver.failure, caplog.text]
    for text in map(repr, shown):
        assert "tiger-lily" not in text
        assert status.endpoint.key.hex() not in text
