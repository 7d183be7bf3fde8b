"""Runs ``code_mapper`` over the package and fails on whatever it reports.

    python -m tests.test_project.code_mapper_report

The command itself always exits with 0; what it found is in the file of issues that it
writes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List

import yaml

from .source_tree import PACKAGE, ROOT

ISSUES_FILE = "code_issues.yaml"


def reported_issues() -> Dict[str, List[Any]]:
    """Return what the command reports about the package, by kind."""
    command = Path(sys.executable).with_name("code_mapper")
    with tempfile.TemporaryDirectory() as output:
        subprocess.run(
            [command, "-r", f"{PACKAGE}/", "-o", output],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        report = yaml.safe_load((Path(output) / ISSUES_FILE).read_text())
    kinds: Dict[str, List[Any]] = report["issues"]
    return {kind: found for kind, found in kinds.items() if found}


def main() -> None:
    """Print what was reported and exit with 1, or say that there was nothing."""
    issues = reported_issues()
    if issues:
        sys.exit(yaml.safe_dump(issues, sort_keys=False))
    print("code_mapper reports nothing")


if __name__ == "__main__":
    main()
