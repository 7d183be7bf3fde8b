"""The report as one HTML document that needs nothing beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Iterable, List, Sequence, Tuple

from .chart import STEPS, bars, columns, complexity_class, file_map
from .figures import Figures
from .markup import Content, Markup, tag

_STYLE = Path(__file__).with_name("style.css")
_ROWS = 15
_BARS = 20


def page(figures: Figures, made_at: datetime) -> str:
    """Return the document."""
    name = figures.project.name
    head = tag(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", f"{name}: project report"),
        tag("style", Markup(_STYLE.read_text("utf-8"))),
    )
    body = tag(
        "body",
        tag("h1", name),
        tag(
            "p",
            tag("code", figures.project.root_path),
            f", {made_at:%Y-%m-%d %H:%M} UTC",
        ),
        _tiles(figures),
        *_sizes(figures),
        *_complexity(figures),
        *_names(figures),
        *_issues(figures),
        *_errors(figures),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _tiles(figures: Figures) -> Markup:
    """Return the totals."""
    totals = {
        "files": len(figures.files),
        "lines": sum(file.lines for file in figures.files),
        "classes": figures.totals["classes"],
        "functions": len(figures.functions),
        "imports": figures.totals["imports"],
        "usages": figures.totals["usages"],
        "issues": figures.totals["issues"],
    }
    return tag(
        "div",
        *(
            tag("div", tag("b", f"{total:,}"), tag("span", name), class_="tile")
            for name, total in totals.items()
        ),
        class_="tiles",
    )


def _sizes(figures: Figures) -> Iterable[Content]:
    """Return the map of the files, and the largest ones."""
    yield tag("h2", "Sizes")
    yield tag(
        "p",
        "Each area is a file, as large as it has lines; the colour is the complexity of"
        " its most complex function.",
    )
    yield file_map(figures.files)
    yield _legend()
    largest = sorted(figures.files, key=lambda file: -file.lines)[:_ROWS]
    yield _table(
        ("file", "lines", "complexity to", "issues"),
        [(file.path, file.lines, file.complexity, file.issues) for file in largest],
    )


def _complexity(figures: Figures) -> Iterable[Content]:
    """Return the distribution of complexity, and the most complex functions."""
    yield tag("h2", "Complexity")
    yield tag("p", "How many functions and methods have which cyclomatic complexity.")
    yield columns(_distribution([found.complexity for found in figures.functions]))
    ordered = sorted(figures.functions, key=lambda found: -found.complexity)
    yield _table(
        ("function", "file", "complexity", "lines"),
        [
            (found.name, f"{found.path}:{found.line}", found.complexity, found.lines)
            for found in ordered[:_ROWS]
        ],
    )


def _names(figures: Figures) -> Iterable[Content]:
    """Return what is used most."""
    yield tag("h2", "Most used names")
    yield tag("p", "What is imported, by how often it is used.")
    yield bars(figures.names[:_BARS])
    yield tag("p", "What the project defines itself, used in the file that defines it.")
    yield bars(figures.own_names[:_BARS])


def _issues(figures: Figures) -> Iterable[Content]:
    """Return the issues by type, and the files with most of them."""
    yield tag("h2", "Issues")
    yield bars([(kind.replace("_", " "), times) for kind, times in figures.issues])
    worst = sorted(figures.files, key=lambda file: (-file.issues, file.path))
    yield _table(
        ("file", "issues", "lines"),
        [(file.path, file.issues, file.lines) for file in worst[:_ROWS] if file.issues],
    )


def _errors(figures: Figures) -> Iterable[Content]:
    """Return the files that could not be analysed."""
    if figures.errors:
        yield tag("h2", "Files that do not parse")
        yield _table(
            ("file", "error", "message"),
            [
                (error.file_path, error.error_type or "", error.error_message or "")
                for error in figures.errors
            ],
        )


def _distribution(complexities: Sequence[int]) -> List[Tuple[str, int, str]]:
    """Return how many are in each span of complexity, with the span's colour."""
    ends = (1, 2, 3, 4, *STEPS, 50)
    spans: List[Tuple[str, int, str]] = []
    start = 1
    for end in ends:
        found = sum(start <= one <= end for one in complexities)
        label = str(end) if start == end else f"{start}–{end}"
        spans.append((label, found, complexity_class(end)))
        start = end + 1
    above = sum(one >= start for one in complexities)
    return [*spans, (f"over {ends[-1]}", above, complexity_class(start))]


def _legend() -> Markup:
    """Return what the colours of complexity mean."""
    starts = (1, *(step + 1 for step in STEPS))
    spans = [f"{start}–{end}" for start, end in zip(starts, STEPS)]
    spans.append(f"over {STEPS[-1]}")
    keys = (
        tag("span", tag("i", class_=complexity_class(start)), span)
        for start, span in zip(starts, spans)
    )
    return tag("div", *keys, class_="legend")


def _table(titles: Sequence[str], rows: Sequence[Sequence[Content]]) -> Markup:
    """Return a table, numbers on the right."""
    if not rows:
        return tag("p", "None.")
    return tag(
        "table",
        tag("tr", *(_cell("th", title, row) for title, row in zip(titles, rows[0]))),
        *(tag("tr", *(_cell("td", one, one) for one in row)) for row in rows),
    )


def _cell(kind: str, content: Content, like: Content) -> Markup:
    """Return a cell, set as ``like`` is: a number or a text."""
    if isinstance(like, int):
        shown = f"{content:,}" if isinstance(content, int) else content
        return tag(kind, shown, class_="number")
    return tag(kind, content, class_="code" if kind == "td" else "text")
