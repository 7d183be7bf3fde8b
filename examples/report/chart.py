"""Pictures as SVG within the page: bars, columns, and a map of the files.

Colours are the style sheet's, by class; every shape says on hovering what it is.
"""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from .figures import FileFigures
from .markup import Content, Markup, tag
from .treemap import Box, squarified

WIDTH = 960
MAP_HEIGHT = 560
COLUMNS_HEIGHT = 240
_BAR = 22
_LABEL = 300
_VALUE = 70
_TITLE = 16
_SMALLEST = 1.0
#: the upper end of each class of complexity, the last one open
STEPS = (5, 10, 15, 25)


def bars(values: Sequence[Tuple[str, int]]) -> Markup:
    """Return a horizontal bar for each name and value."""
    largest = max((value for _, value in values), default=0) or 1
    shapes: List[Content] = []
    for number, (name, value) in enumerate(values):
        y = number * _BAR
        width = max(2.0, value / largest * (WIDTH - _LABEL - _VALUE))
        shapes += [
            _text(_ended(name, 44), _LABEL - 10, y + 15, text_anchor="end"),
            _rectangle(
                Box(_LABEL, y + 3, width, _BAR - 6), "bar", f"{name}: {value:,}"
            ),
            _text(f"{value:,}", _LABEL + width + 6, y + 15, class_="value"),
        ]
    return _picture(len(values) * _BAR, shapes)


def columns(values: Sequence[Tuple[str, int, str]]) -> Markup:
    """Return a column for each label, value and class of the style sheet."""
    largest = max((value for _, value, _ in values), default=0) or 1
    total = sum(value for _, value, _ in values) or 1
    room = WIDTH / (len(values) or 1)
    base = COLUMNS_HEIGHT - 24
    shapes: List[Content] = []
    for number, (label, value, style) in enumerate(values):
        height = max(1.0, value / largest * (base - 24)) if value else 0.0
        x = number * room
        box = Box(x + room * 0.1, base - height, room * 0.8, height)
        middle = x + room / 2
        share = f"{label}: {value:,} ({100 * value / total:.1f} %)"
        shapes += [
            _rectangle(box, style, share),
            _text(f"{value:,}", middle, base - height - 6, text_anchor="middle"),
            _text(label, middle, base + 18, text_anchor="middle", class_="value"),
        ]
    return _picture(COLUMNS_HEIGHT, shapes)


def file_map(files: Sequence[FileFigures]) -> Markup:
    """Return all files as areas in proportion to their lines, by folder.

    The colour says how complex a file's most complex function is.
    """
    folders = sorted(_folders(files).items(), key=lambda item: -_lines(item[1]))
    boxes = squarified(
        [_lines(members) for _, members in folders], Box(0, 0, WIDTH, MAP_HEIGHT)
    )
    shapes: List[Content] = []
    for (folder, members), box in zip(folders, boxes):
        shapes += _folder(folder, members, box)
    return _picture(MAP_HEIGHT, shapes)


def complexity_class(complexity: int) -> str:
    """Return the class of the style sheet for a complexity."""
    return f"step{sum(complexity > step for step in STEPS)}"


def _folder(folder: str, members: List[FileFigures], box: Box) -> List[Content]:
    """Return the shapes of a folder and its files."""
    lines = _lines(members)
    title = f"{folder}: {lines:,} lines in {len(members):,} files"
    shapes: List[Content] = [_rectangle(box, "folder", title)]
    titled = box.width > 60 and box.height > 2 * _TITLE
    if titled:
        name = _begun(folder, int(box.width / 7))
        shapes.append(_text(name, box.x + 4, box.y + 12, class_="folder-name"))
    ordered = sorted(members, key=lambda file: -file.lines)
    inner = box.within(_TITLE if titled else 1, 1)
    for file, area in zip(
        ordered, squarified([max(1, f.lines) for f in ordered], inner)
    ):
        if min(area.width, area.height) >= _SMALLEST:
            shapes += _file(file, area)
    return shapes


def _file(file: FileFigures, area: Box) -> List[Content]:
    """Return the shapes of a file."""
    title = (
        f"{file.path}: {file.lines:,} lines, complexity to {file.complexity},"
        f" {file.issues:,} issues"
    )
    shapes: List[Content] = [
        _rectangle(area, f"file {complexity_class(file.complexity)}", title)
    ]
    if area.height > 14 and area.width > 34:
        name = _begun(file.path.rpartition("/")[2], int((area.width - 6) / 6))
        shapes.append(_text(name, area.x + 3, area.y + 12, class_="file-name"))
    return shapes


def _folders(files: Sequence[FileFigures]) -> Dict[str, List[FileFigures]]:
    """Return the files by the first folder of their path; those in none by a
    name that no folder has."""
    folders: Dict[str, List[FileFigures]] = {}
    for file in files:
        folder, slash, _ = file.path.partition("/")
        folders.setdefault(folder if slash else "top level/", []).append(file)
    return folders


def _lines(files: Sequence[FileFigures]) -> int:
    """Return the lines of files, at least one each, for them to have an area."""
    return sum(max(1, file.lines) for file in files)


def _picture(height: float, shapes: Sequence[Content]) -> Markup:
    """Return shapes as a picture that is as wide as the page lets it be."""
    return tag("svg", *shapes, viewBox=f"0 0 {WIDTH} {height:.0f}", role="img")


def _rectangle(box: Box, style: str, title: str) -> Markup:
    """Return a rectangle with a title that is shown on hovering."""
    return tag(
        "rect",
        tag("title", title),
        x=f"{box.x:.1f}",
        y=f"{box.y:.1f}",
        width=f"{box.width:.1f}",
        height=f"{box.height:.1f}",
        class_=style,
    )


def _text(content: str, x: float, y: float, **attributes: str) -> Markup:
    """Return a text at a place."""
    return tag("text", content, x=f"{x:.1f}", y=f"{y:.1f}", **attributes)


def _begun(text: str, most: int) -> str:
    """Return a text, or how it begins."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _ended(text: str, most: int) -> str:
    """Return a text, or how it ends: of a dotted name that tells more."""
    return text if len(text) <= most else "…" + text[1 - most :]
