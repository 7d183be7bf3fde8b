"""However a program ends, its driver goes with it and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import List

import pytest

from .processes import children_of, is_alive, wait_until
from .programs import BODY, Programs, assert_served, pids_in


def driver_of(process: "subprocess.Popen[str]") -> int:
    """Return the driver's process id, as the program prints it."""
    assert process.stdout is not None
    (pid,) = pids_in(process.stdout.readline())
    return pid


@pytest.mark.parametrize(
    "ending, exit_code",
    [
        ("", 0),
        ("raise ValueError('the program fails')", 1),
        ("import sys; sys.exit(5)", 5),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT),
        ("driver.stop(); driver.stop()", 0),
        ("import gc; del driver, client; gc.collect()", 0),
    ],
)
def test_a_program_leaves_nothing_behind(
    programs: Programs, ending: str, exit_code: int
) -> None:
    """Whether it stops its driver or forgets to."""
    done = programs.run(programs.command(BODY + ending))
    assert done.returncode == exit_code, done.stderr
    programs.assert_nothing_left(*pids_in(done.stdout))


def test_a_worker_process_leaves_nothing_behind(programs: Programs) -> None:
    """A multiprocessing child that forgets stop(): atexit handlers do not run there."""
    source = f"""
        import multiprocessing
        context = multiprocessing.get_context("fork")
        worker = context.Process(target=exec, args=({BODY!r}, {{}}))
        worker.start()
        worker.join()
        print("worker", worker.exitcode)
    """
    done = programs.run(programs.command(source))
    assert "worker 0" in done.stdout, done.stderr
    programs.assert_nothing_left(*pids_in(done.stdout))


@pytest.mark.parametrize("fork", [False, True])
def test_a_driver_goes_when_its_parent_is_killed(
    programs: Programs, fork: bool
) -> None:
    """Also when a process forked off the parent keeps all its pipes open."""
    sibling = (
        "import os, time\nif os.fork() == 0:\n    time.sleep(100)\n    os._exit(0)\n"
    )
    wait = "import time; time.sleep(100)\n"
    process = programs.start(BODY + (sibling if fork else "") + wait)
    pid = driver_of(process)
    siblings: List[int] = []
    if fork:
        wait_until(lambda: bool(children_of(process.pid, {pid})), "the sibling")
        siblings = children_of(process.pid, {pid})
    process.kill()
    process.wait()
    try:
        programs.assert_nothing_left(pid)
        assert all(map(is_alive, siblings))
    finally:
        for sibling_pid in siblings:
            os.kill(sibling_pid, signal.SIGKILL)
        assert process.stdout is not None
        process.stdout.close()


def test_a_forked_child_neither_stops_nor_supervises(programs: Programs) -> None:
    """Its end, its stop() and its leaving of a with block leave the driver alone."""
    source = """
        import os, sys, warnings
        from code_analysis_db import DriverProcess
        # Python 3.12 and later warn of every fork of a program with threads.
        warnings.filterwarnings("ignore", "This process", DeprecationWarning)
        driver = DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}})
        with driver as client:
            pid = client.rpc.ping()["pid"]
            print("pid", pid, flush=True)
            for way in ("stop", "leave", "exit"):
                child = os.fork()
                if child == 0:
                    assert client.rpc.ping()["pid"] == pid
                    if way == "stop":
                        driver.stop()
                        os._exit(0)
                    if way == "exit":
                        sys.exit(0)
                    break
                assert os.waitpid(child, 0)[1] == 0
                assert client.rpc.ping()["pid"] == pid
    """
    assert_served(programs, programs.run(programs.command(source)))


def test_a_terminals_ctrl_c_leaves_the_driver_to_its_parent(
    programs: Programs,
) -> None:
    """The whole process group gets SIGINT; the parent goes on and is served."""
    source = BODY + """
import os, signal
try:
    os.killpg(0, signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    pass
assert driver.pid == client.rpc.ping()["pid"] and driver.status().restarts == 0
"""
    done = programs.run(programs.command(source), start_new_session=True)
    assert_served(programs, done)
