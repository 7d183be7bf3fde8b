"""Programs that start a driver, as users write and run them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Dict, List

import attrs

from .processes import DEADLINE, is_alive, wait_until

ROOT = Path(__file__).parents[2]

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


def pids_in(output: str) -> List[int]:
    """Return the process ids that a program printed."""
    lines = output.splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("pid ")]


def assert_served(programs: Programs, done: "subprocess.CompletedProcess[str]") -> None:
    """Check that the program used a driver, quietly, and left nothing."""
    assert done.returncode == 0, done.stderr
    (pid,) = pids_in(done.stdout)
    assert done.stderr == ""
    programs.assert_nothing_left(pid)
