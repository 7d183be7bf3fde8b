"""Runs of pytest inside a test: what they find, start and leave can be seen."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Dict, List

import attrs

_ROOT = Path(__file__).parents[2]
_DEADLINE = 120.0
# What would make the inner run an xdist worker's, a CI's, or find other servers; and
# no line of the package runs in it that its coverage could count.
_NOT_PASSED_ON = ("PYTEST_", "CI", "POSTGRES_", "MYSQL_", "DOCKER_HOST", "COVERAGE_")


@attrs.define
class InnerRun:
    """A test file of its own with nothing but the servers' plugin.

    Attributes:
        folder: where the file is, and what its tests write.
    """

    folder: Path

    def command(self, source: str, *options: str) -> List[str]:
        """Write the file and return the command that runs it."""
        test = self.folder / "test_inner.py"
        test.write_text(textwrap.dedent(source))
        pytest = [sys.executable, "-m", "pytest", "-p", "tests.servers.plugin"]
        settings = ["-p", "no:cacheprovider", "-c", "/dev/null", "-rs"]
        return [*pytest, *settings, f"--rootdir={self.folder}", *options, str(test)]

    def environment(self, **variables: str) -> Dict[str, str]:
        """Return the environment of the tests without what would lead it astray."""
        usual = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_NOT_PASSED_ON)
        }
        path = {"PYTHONPATH": str(_ROOT), "INNER_FOLDER": str(self.folder)}
        return {**usual, **path, **variables}

    def run(
        self, source: str, *options: str, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return subprocess.run(
            self.command(source, *options),
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_DEADLINE,
        )

    def start(
        self, source: str, *options: str, **variables: str
    ) -> "subprocess.Popen[str]":
        """Start it, in a process group of its own; ``output`` has what it says."""
        with open(self.folder / "output", "w") as output:
            return subprocess.Popen(
                self.command(source, *options),
                env=self.environment(**variables),
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
