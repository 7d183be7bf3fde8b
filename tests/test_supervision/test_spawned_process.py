"""A child process with a fresh interpreter, whatever becomes of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing import Pipe, spawn
from multiprocessing.connection import Connection, wait
from typing import Any, Iterator, List

import pytest

from code_analysis_db.supervision.spawned_process import SpawnedProcess, spawn_process

DEADLINE = 30.0


def report(pipe: Connection[Any, Any]) -> None:
    """Tell the parent about the child's surroundings."""
    pipe.send(
        {
            "name": multiprocessing.current_process().name,
            "main": sys.modules["__main__"].__spec__,
            "path": sys.path,
            "cwd": os.getcwd(),
            "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
            "mark": os.environ.get("SPAWN_TEST_MARK"),
        }
    )


def wait_for_ever() -> None:
    """Do nothing."""
    threading.Event().wait()


def end_of(process: SpawnedProcess) -> Any:
    """Wait for the end of the process and return its exit code."""
    assert wait([process.sentinel], DEADLINE)
    return process.reap()


@pytest.fixture
def executable() -> Iterator[None]:
    """Put the interpreter back that a test replaces."""
    before = os.fsdecode(spawn.get_executable())
    yield
    spawn.set_executable(before)


def test_the_child_has_the_callers_surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Path, directory and environment; not its main module, and Ctrl-C is blocked."""
    monkeypatch.setenv("SPAWN_TEST_MARK", "here")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    reader, writer = Pipe(duplex=False)
    process = spawn_process(report, (writer,), "a child")
    writer.close()
    said = reader.recv()
    assert end_of(process) == 0
    assert (said["name"], said["main"], said["mark"]) == ("a child", None, "here")
    assert said["path"][0] == str(tmp_path)
    assert said["cwd"] == str(tmp_path)
    assert said["blocked"] == {signal.SIGINT, signal.SIGTERM}


def test_the_callers_own_signal_mask_stays() -> None:
    """It is changed for the moment of the spawn only."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    process = spawn_process(wait_for_ever, (), "x")
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    process.send_signal(signal.SIGKILL)
    assert end_of(process) == -signal.SIGKILL


def test_the_end_is_seen_in_spite_of_a_forked_sibling() -> None:
    """A sibling that was forked off in between keeps copies of all descriptors."""
    process = spawn_process(wait_for_ever, (), "x")
    context = multiprocessing.get_context("fork")
    sibling = context.Process(target=wait_for_ever)
    sibling.start()
    try:
        process.send_signal(signal.SIGKILL)
        assert end_of(process) == -signal.SIGKILL
    finally:
        sibling.kill()
        sibling.join()


@pytest.mark.parametrize("error", [OSError, AttributeError])
def test_a_system_without_pidfd_has_the_pipe(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """The end is seen by the end of a pipe there."""

    def refuse(pid: int) -> int:
        """Be a system that has no pidfd."""
        raise error

    monkeypatch.setattr(os, "pidfd_open", refuse)
    process = spawn_process(wait_for_ever, (), "x")
    assert not wait([process.sentinel], 0)
    process.send_signal(signal.SIGKILL)
    assert end_of(process) == -signal.SIGKILL


def test_a_child_that_dies_at_once_is_no_hang(executable: None) -> None:
    """Its instructions need more than a pipe holds, and nobody reads them."""
    spawn.set_executable("/bin/false")
    process = spawn_process(print, ("x" * 1_000_000,), "x")
    assert end_of(process) == 1


def test_an_interpreter_that_is_missing_is_an_exit_code(executable: None) -> None:
    """As of any child that dies early."""
    spawn.set_executable("/nonexistent/python")
    assert end_of(spawn_process(wait_for_ever, (), "x")) == 255


def test_a_program_that_has_its_children_reaped_for_it() -> None:
    """SIGCHLD ignored: the exit code is unknown, nothing hangs, no one else is hit."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        process = spawn_process(wait_for_ever, (), "x")
        process.send_signal(signal.SIGKILL)
        assert wait([process.sentinel], DEADLINE)
        process.send_signal(signal.SIGTERM)
        assert process.reap() is None
        process.send_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_it_is_none_of_multiprocessings_children() -> None:
    """Whatever joins or terminates those leaves it alone."""
    process = spawn_process(wait_for_ever, (), "x")
    children: List[Any] = multiprocessing.active_children()
    assert process.pid not in [child.pid for child in children]
    process.send_signal(signal.SIGKILL)
    end_of(process)


def test_no_descriptor_is_left() -> None:
    """Neither after an ordinary end nor after an early one."""
    end_of(spawn_process(print, (), "x"))
    before = os.listdir("/proc/self/fd")
    end_of(spawn_process(print, (), "x"))
    assert os.listdir("/proc/self/fd") == before
