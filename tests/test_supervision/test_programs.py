"""Programs of every kind start a driver, and leave nothing behind however they end."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import attrs
import pytest

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0

# Starts a driver, uses it, and says who it is.
BODY = """
from code_analysis_db import DriverProcess
driver = DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}})
driver.start()
client = driver.client()
print("pid", client.rpc.ping()["pid"], flush=True)
"""


@attrs.define
class Programs:
    """Runs programs with a temporary directory of their own."""

    temporary: Path
    scratch: Path

    def command(self, source: str) -> List[str]:
        """Write a script and return the command that runs it."""
        script = self.scratch / "program.py"
        script.write_text(textwrap.dedent(source))
        return [sys.executable, str(script)]

    def environment(self) -> Dict[str, str]:
        """Return the environment: the package can be imported, TMPDIR is ours."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.temporary),
            "PYTHONFAULTHANDLER": "1",
        }

    def run(
        self, command: List[str], stdin: str = "", **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end."""
        options.setdefault("env", self.environment())
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            **options,
        )

    def start(self, source: str) -> "subprocess.Popen[str]":
        """Start a script whose lines are read while it runs."""
        return subprocess.Popen(
            self.command(source),
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment(),
        )

    def assert_nothing_left(self, *pids: int) -> None:
        """Wait until neither the processes nor any file is left."""
        wait_until(lambda: not any(map(is_alive, pids)), f"an end of {pids}")
        wait_until(lambda: not list(self.temporary.iterdir()), "an empty TMPDIR")


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    """What runs programs; its temporary directory has a short path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:
        yield Programs(Path(temporary), tmp_path)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition that no event announces."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def pids_in(output: str) -> List[int]:
    """Return the process ids that a program printed."""
    lines = output.splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("pid ")]


def driver_of(process: "subprocess.Popen[str]") -> int:
    """Return the driver's process id, as the program prints it."""
    assert process.stdout is not None
    (pid,) = pids_in(process.stdout.readline())
    return pid


def assert_served(programs: Programs, done: "subprocess.CompletedProcess[str]") -> None:
    """Check that the program used a driver, quietly, and left nothing."""
    assert done.returncode == 0, done.stderr
    (pid,) = pids_in(done.stdout)
    assert done.stderr == ""
    programs.assert_nothing_left(pid)


# --- every kind of program ----------------------------------------------------------


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


# --- every kind of end --------------------------------------------------------------


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
    siblings = children_of(process.pid, {pid})
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


def children_of(pid: int, without: "set[int]") -> List[int]:
    """Return the child processes of a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = {int(word) for path in [children, *threads] for word in read(path).split()}
    return sorted(found - without)


def read(path: Path) -> str:
    """Return a file's text, ``""`` when it is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def test_a_forked_child_neither_stops_nor_supervises(programs: Programs) -> None:
    """Its end, its stop() and its leaving of a with block leave the driver alone."""
    source = """
        import os, sys
        from code_analysis_db import DriverProcess, DriverError
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


# --- the shell's way ----------------------------------------------------------------


def serve(
    programs: Programs, config: str, *arguments: str, stdin: Optional[str] = None
) -> "subprocess.Popen[str]":
    """Start ``python -m code_analysis_db.runner``."""
    path = programs.scratch / "driver.json"
    path.write_text(config)
    return subprocess.Popen(
        [sys.executable, "-m", "code_analysis_db.runner", "--config", str(path)]
        + list(arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=programs.environment(),
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_runner_serves_until_a_signal(programs: Programs, number: int) -> None:
    """It prints one line with its endpoint, drains, and leaves nothing."""
    config = '{"type": "sqlite", "config": {"path": ":memory:"}}'
    process = serve(programs, config)
    assert process.stdout is not None
    endpoint = process.stdout.readline().strip()
    script = (
        "import sys; from code_analysis_db import DatabaseClient\n"
        "with DatabaseClient.connect(sys.argv[1]) as c: print(c.rpc.list_tables())\n"
    )
    done = programs.run([sys.executable, "-c", script, endpoint])
    assert done.stdout == "[]\n", done.stderr
    process.send_signal(number)
    output, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, output, errors) == (0, "", "")
    programs.assert_nothing_left(process.pid)


@pytest.mark.parametrize(
    "config, expected",
    [
        ("{", "cannot read configuration"),
        ("[]", "is no JSON object"),
        ("{}", "missing ['type', 'config']"),
        ('{"type": "sqlite", "config": {}, "colour": 1}', "unknown are ['colour']"),
        ('{"type": "oracle", "config": {}}', "unknown driver 'oracle'"),
        ('{"type": "sqlite", "config": {"paht": "x"}}', "paht"),
    ],
)
def test_the_runner_refuses_a_faulty_configuration(
    programs: Programs, config: str, expected: str
) -> None:
    """Exit code 2, the fault on standard error, no traceback."""
    process = serve(programs, config)
    output, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2, errors
    assert output == ""
    assert errors.startswith("error: ")
    assert expected in errors
    assert "Traceback" not in errors
    programs.assert_nothing_left(process.pid)


def test_the_runner_says_why_it_cannot_start(programs: Programs) -> None:
    """Exit code 1 for a database that cannot be opened."""
    config = '{"type": "sqlite", "config": {"path": "/nonexistent/x.db"}}'
    process = serve(programs, config)
    _, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1, errors
    assert errors.startswith("error: ")
    assert "Traceback" not in errors
    programs.assert_nothing_left(process.pid)


def test_the_runner_has_a_help_text(programs: Programs) -> None:
    """It names every option."""
    command = [sys.executable, "-m", "code_analysis_db.runner", "--help"]
    done = programs.run(command)
    assert done.returncode == 0
    for option in ("--config", "--endpoint", "--log-level"):
        assert option in done.stdout
