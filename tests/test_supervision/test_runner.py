"""``python -m code_analysis_db.runner``, as a shell uses it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from .processes import DEADLINE
from .programs import Programs


def serve(programs: Programs, config: str) -> "subprocess.Popen[str]":
    """Start ``python -m code_analysis_db.runner``."""
    path = programs.scratch / "driver.json"
    path.write_text(config)
    return subprocess.Popen(
        [sys.executable, "-m", "code_analysis_db.runner", "--config", str(path)],
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
