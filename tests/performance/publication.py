"""The measured report in the project's documentation.

``docs/performance.json`` has the figures, ``docs/performance.svg`` the chart, and the
README the table, between two marks.  A test compares the three, so that the README
says what was measured.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from .chart import svg_chart
from .report import markdown_text
from .result import Report
from .scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FIGURES = ROOT / "docs" / "performance.json"
CHART = ROOT / "docs" / "performance.svg"

BEGIN = "<!-- performance: written by python -m tests.performance --publish -->"
END = "<!-- performance: end -->"


def publish(report: Report) -> None:
    """Write figures and chart, and put the table into the README.

    A run of some scenarios takes the place of what was published of them.
    """
    if FIGURES.exists():
        report = merged(Report.load(FIGURES), report)
    report.save(FIGURES)
    CHART.write_text(svg_chart(report), "utf-8")
    README.write_text(with_section(README.read_text("utf-8"), report), "utf-8")


def merged(published: Report, report: Report) -> Report:
    """Return what was published with what a run found anew, in the scenarios' order.

    Raises:
        ValueError: it ran on another machine, or in another form: figures of both
            cannot stand in one table.
    """
    missing = set(SCENARIOS) - set(report.outcomes)
    here, there = (report.machine, report.plan), (published.machine, published.plan)
    if missing & set(published.outcomes) and here != there:
        raise ValueError(
            f"measured on {here!r}, published was {there!r}: publish a whole run"
        )
    outcomes = {**published.outcomes, **report.outcomes}
    return attrs.evolve(
        report,
        outcomes={name: outcomes[name] for name in SCENARIOS if name in outcomes},
    )


def with_section(readme: str, report: Report) -> str:
    """Return the README's text with the report between the two marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    chart = CHART.relative_to(ROOT).as_posix()
    return f"{before}{BEGIN}\n\n{markdown_text(report, chart)}\n\n{END}{after}"
