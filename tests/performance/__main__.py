"""The command: ``python -m tests.performance [--short] [--only NAME] [--publish]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional

from .affinity import BOTH
from .chart import svg_chart
from .machine import describe
from .plan import FULL, SHORT, Plan
from .publication import publish
from .report import terminal_text
from .result import Outcome, Report
from .scenarios import SCENARIOS


def main(arguments: Optional[List[str]] = None) -> None:
    """Measure what the command line asks for, print it and keep it."""
    options = _parser().parse_args(arguments)
    os.sched_setaffinity(0, BOTH)
    plan = SHORT if options.short else FULL
    report = measure(plan, options.only or list(SCENARIOS))
    output: Path = options.output
    output.mkdir(parents=True, exist_ok=True)
    report.save(output / "performance.json")
    (output / "performance.svg").write_text(svg_chart(report), "utf-8")
    if options.publish:
        publish(report)
    print(terminal_text(report))


def measure(plan: Plan, names: List[str]) -> Report:
    """Run the scenarios, one after the other, each in a directory that goes again."""
    outcomes: Dict[str, Outcome] = {}
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        # Unix socket paths are short, hence a directory near the root
        with tempfile.TemporaryDirectory(prefix="perf-") as directory:
            outcomes[name] = SCENARIOS[name]().run(plan, Path(directory))
    return Report(describe(), plan.name, outcomes)


def _parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.performance",
        description="Measure code_analysis_db beside its peers on this machine.",
    )
    parser.add_argument(
        "--short", action="store_true", help="only show that the benchmark runs"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=list(SCENARIOS),
        metavar="NAME",
        help=f"run this scenario; may be repeated; one of {', '.join(SCENARIOS)}",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("benchmark-results"),
        help="directory of performance.json and performance.svg (%(default)s)",
    )
    parser.add_argument(
        "--publish",
        action="store_true",
        help="also write the scenarios' figures into docs/ and the README's table",
    )
    return parser


if __name__ == "__main__":
    main()
