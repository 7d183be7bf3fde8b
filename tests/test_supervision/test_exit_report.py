"""Why a driver process ended, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from code_analysis_db.supervision.exit_report import describe_exit, exit_report


@pytest.mark.parametrize(
    "exit_code, expected",
    [
        (0, "ended with exit code 0"),
        (3, "ended with exit code 3"),
        (-9, "was killed by SIGKILL"),
        (-200, "was killed by signal 200"),
        (None, "ended (its exit code was collected by somebody else)"),
    ],
)
def test_exit_codes_have_names(exit_code: Optional[int], expected: str) -> None:
    """A signal by its name."""
    assert describe_exit(exit_code) == expected


def test_the_report_has_all_that_is_known(tmp_path: Path) -> None:
    """Cause, exit, log lines and the tail of the dump."""
    dump = tmp_path / "crash.txt"
    dump.write_text("x" * 10_000 + "\nThread 1: in serve\n")
    report = exit_report(-6, "no answer to a ping", ["ERROR a: b"], str(dump))
    assert report.startswith(
        "no answer to a ping; the driver process was killed by SIGABRT; its last log"
        " lines:\n  ERROR a: b; its stacks:\n"
    )
    assert report.endswith("Thread 1: in serve")
    assert len(report) < 5000


def test_a_report_of_nothing_but_the_exit(tmp_path: Path) -> None:
    """No dump, no log lines."""
    report = exit_report(1, None, [], str(tmp_path / "none"))
    assert report == "the driver process ended with exit code 1"
