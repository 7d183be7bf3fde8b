"""Programs of every kind start a driver, use it, and leave nothing behind."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import List

import pytest

from .processes import DEADLINE
from .programs import BODY, ROOT, Programs, assert_served, pids_in


@pytest.mark.parametrize("method", ["", "spawn", "fork", "forkserver"])
def test_a_script_without_main_guard(programs: Programs, method: str) -> None:
    """Whatever the default start method is; it runs once, not again in the child."""
    chosen = f"import multiprocessing as m; m.set_start_method({method!r})\n"
    source = "print('main')\n" + (chosen if method else "") + BODY
    done = programs.run(programs.command(source))
    assert done.stdout.count("main") == 1
    assert_served(programs, done)


def test_a_start_method_can_be_set_after_a_driver_was_started(
    programs: Programs,
) -> None:
    """The driver does not fix the program's default."""
    source = BODY + "import multiprocessing as m; m.set_start_method('spawn')\n"
    assert_served(programs, programs.run(programs.command(source)))


@pytest.mark.parametrize("flags", [[], ["-E", "-s"], ["-O"]])
def test_a_command_line(programs: Programs, flags: List[str]) -> None:
    """python -c, with the interpreter's flags."""
    source = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + BODY
    assert_served(programs, programs.run([sys.executable, *flags, "-c", source]))


def test_standard_input(programs: Programs) -> None:
    """A program that is piped into Python."""
    assert_served(programs, programs.run([sys.executable, "-"], stdin=BODY))


def test_a_package_run_by_m(programs: Programs) -> None:
    """python -m package, without a guard."""
    package = programs.scratch / "prog"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("print('main')\n" + BODY)
    done = programs.run([sys.executable, "-m", "prog"], cwd=programs.scratch)
    assert done.stdout.count("main") == 1
    assert_served(programs, done)


def test_the_prompt(programs: Programs) -> None:
    """An interactive Python on a terminal."""
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        [sys.executable, "-i", "-q"],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=programs.environment(),
    )
    os.close(slave)
    os.write(master, (BODY.strip() + "\nexit()\n").encode())
    output, _ = shell.communicate(timeout=DEADLINE)
    os.close(master)
    assert "Traceback" not in output
    programs.assert_nothing_left(*pids_in(output.replace(">>> ", "")))


def test_a_notebook(programs: Programs) -> None:
    """Cells that are executed in a module that has no file."""
    source = f"""
        import sys, types
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        exec(compile({BODY!r}, "<cell 1>", "exec"), module.__dict__)
    """
    assert_served(programs, programs.run(programs.command(source)))


def test_a_thread(programs: Programs) -> None:
    """A driver that is started in a thread outlives it."""
    source = f"""
        import threading
        space = {{}}
        thread = threading.Thread(target=exec, args=({BODY!r}, space))
        thread.start()
        thread.join()
        space["client"].rpc.ping()
    """
    assert_served(programs, programs.run(programs.command(source)))


def test_surroundings_reach_the_driver(programs: Programs) -> None:
    """The working directory, and what was put on sys.path by the program."""
    source = f"""
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        import os
        from code_analysis_db import DriverProcess
        os.chdir({str(programs.scratch)!r})
        with DriverProcess({{"type": "sqlite", "config": {{"path": "here.db"}}}}) as c:
            print("pid", c.rpc.ping()["pid"])
    """
    environment = programs.environment()
    del environment["PYTHONPATH"]
    done = programs.run(programs.command(source), cwd="/", env=environment)
    assert_served(programs, done)
    assert (programs.scratch / "here.db").exists()


def test_a_daemonic_process_gets_a_clear_error(programs: Programs) -> None:
    """multiprocessing would kill it without a word to its driver."""
    source = f"""
        import multiprocessing
        context = multiprocessing.get_context("fork")
        worker = context.Process(target=exec, args=({BODY!r}, {{}}), daemon=True)
        worker.start()
        worker.join()
    """
    done = programs.run(programs.command(source))
    assert "DriverStartError: the daemonic process" in done.stderr
    programs.assert_nothing_left()
