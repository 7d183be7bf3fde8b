"""A report as text: for the terminal, and as Markdown for the README."""

from __future__ import annotations

from typing import List, Sequence

from .result import Goal, Report

GOAL_TITLES = ("figure", "target", "measured", "met")
READING_TITLES = ("figure", "who", "measured")


def goal_cells(goal: Goal) -> Sequence[str]:
    """Return a goal's row."""
    return (
        goal.text,
        f"{goal.bound.value} {amount(goal.target, goal.unit)}",
        amount(goal.measured, goal.unit),
        "yes" if goal.is_met else "no",
    )


def amount(value: float, unit: str) -> str:
    """Return a value with three digits that count, and its unit.

    A ratio has two decimals and no space: ``1.45x``.
    """
    if unit == "x":
        return f"{value:.2f}x"
    if abs(value) >= 1000:
        return f"{value:,.0f} {unit}"
    return f"{value:.3g} {unit}"


def text_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose columns are as wide as they need be."""
    table = [titles, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(titles))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
        for row in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def markdown_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    table = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def terminal_text(report: Report) -> str:
    """Return the whole report for a terminal: readings, then goals."""
    readings = [
        (item.figure, item.peer, amount(item.value, item.unit))
        for item in report.readings
    ]
    goals = [goal_cells(goal) for goal in report.goals]
    met = sum(goal.is_met for goal in report.goals)
    return "\n\n".join(
        [
            text_table(READING_TITLES, readings),
            text_table(GOAL_TITLES, goals),
            f"{met} of {len(goals)} goals met ({machine_line(report)})",
        ]
    )


def machine_line(report: Report) -> str:
    """Return the facts about the machine on one line."""
    return ", ".join(f"{name}: {fact}" for name, fact in report.machine.items())


def markdown_text(report: Report, chart: str) -> str:
    """Return the report as the README shows it.

    Args:
        chart: where the chart is, relative to the README.
    """
    parts: List[str] = [
        f"Measured on one machine ({machine_line(report)}):",
        markdown_table(GOAL_TITLES, [goal_cells(goal) for goal in report.goals]),
        f"![What was measured, by peer]({chart})",
    ]
    return "\n\n".join(parts)
