"""How the examples are run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TIMEOUT = 180

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def command(name: str, *arguments: object) -> List[str]:
    """Return the command line of an example."""
    return [sys.executable, str(EXAMPLES / name), *map(str, arguments)]


def environment() -> Dict[str, str]:
    """Return this process's environment, with the package to be found in it."""
    known = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *([known] if known else [])]),
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.fixture
def run_example(tmp_path: Path) -> Run:
    """Return a function that runs an example in an empty folder to its good end."""

    def run(name: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """Run it and return what it printed."""
        done = subprocess.run(
            command(name, *arguments),
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture(autouse=True)
def _unmeasured_processes(unmeasured: None) -> None:
    """These tests start more processes than all others."""
