"""The measured report in the project's documentation.

``docs/performance.json`` has the figures, ``docs/performance.svg`` the chart, and the
README the table, between two marks.  A test compares the three, so that the README
says what was measured.
"""

from __future__ import annotations

from pathlib import Path

from .chart import svg_chart
from .report import markdown_text
from .result import Report

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FIGURES = ROOT / "docs" / "performance.json"
CHART = ROOT / "docs" / "performance.svg"

BEGIN = "<!-- performance: written by python -m tests.performance --publish -->"
END = "<!-- performance: end -->"


def publish(report: Report) -> None:
    """Write figures and chart, and put the table into the README."""
    FIGURES.parent.mkdir(exist_ok=True)
    report.save(FIGURES)
    CHART.write_text(svg_chart(report), "utf-8")
    README.write_text(with_section(README.read_text("utf-8"), report), "utf-8")


def with_section(readme: str, report: Report) -> str:
    """Return the README's text with the report between the two marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    chart = CHART.relative_to(ROOT).as_posix()
    return f"{before}{BEGIN}\n\n{markdown_text(report, chart)}\n\n{END}{after}"
