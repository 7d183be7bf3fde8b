"""The report: one page, complete in itself, from the database alone."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import List, Optional, Tuple

import pytest
from report.markup import Markup, joined, tag
from report.treemap import Box, squarified

from .conftest import Run
from .source_tree import write_tree

VOID = {"meta"}


class Page(HTMLParser):
    """Reads a page, and sees to it that its elements are closed in order.

    Attributes:
        texts: the texts of all elements, by the element's name.
        links: whatever it would load from elsewhere.
    """

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.texts: List[Tuple[str, str]] = []
        self.links: List[str] = []
        self._open: List[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        """Note an element."""
        if tag not in VOID:
            self._open.append(tag)
        self.links += [str(v) for name, v in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        """See to it that the innermost element ends."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._open:
            self.texts.append((self._open[-1], data))


def test_a_report_shows_what_the_database_knows(
    run_example: Run, tmp_path: Path
) -> None:
    """Sizes, complexity, names, issues and errors; whatever the names are."""
    tree = tmp_path / "tree <b>&amp;"
    write_tree(tree, 9)
    (tree / "bad<script>.py").write_text("def (:\n")
    (tree / "large.py").write_text("import os\n" + "os.getcwd()\n" * 90)
    branches = "".join(f"    if a == {n}: pass\n" for n in range(30))
    (tree / "complex.py").write_text(f"def tangled(a):\n{branches}")
    run_example("index_project.py", tree.name)
    done = run_example("project_report.py", "--output", "page.html")
    assert done.stdout.startswith("page.html: 12 files, ")

    text = (tmp_path / "page.html").read_text("utf-8")
    page = Page(text)
    assert page.links == [] and "<script" not in text and "@import" not in text
    assert ("h1", "tree <b>&amp;") in page.texts
    assert ("td", "bad<script>.py") in page.texts
    shown = [content for _, content in page.texts]
    assert "large.py: 91 lines, complexity to 1, 1 issues" in shown
    assert "complex.py: 31 lines, complexity to 31, 3 issues" in shown
    assert "os.getcwd: 90" in shown
    assert "26–50: 1 (2.2 %)" in shown
    assert "too complex: 1" in shown
    assert text.count("<svg") == 5


def test_a_report_on_nothing_is_a_page(run_example: Run, tmp_path: Path) -> None:
    """An empty tree has no bars, and no error."""
    (tmp_path / "tree").mkdir()
    run_example("index_project.py", "tree")
    run_example("project_report.py")
    assert ("p", "None.") in Page((tmp_path / "report.html").read_text("utf-8")).texts


def test_texts_are_escaped_unless_they_are_markup() -> None:
    """In elements and in attributes, at every depth."""
    inner = tag("b", "<&>", class_='"x"')
    assert inner == '<b class="&quot;x&quot;">&lt;&amp;&gt;</b>'
    assert tag("p", inner, 1, " < ", 2.5) == f"<p>{inner}1 &lt; 2.5</p>"
    assert joined(Markup("<i>"), "<i>") == "<i>&lt;i&gt;"


@pytest.mark.parametrize(
    "sizes",
    [[1], [5, 5], [6, 6, 4, 3, 2, 2, 1], [1000, 1, 1], [3] * 500, [10**9, 1]],
)
def test_a_map_has_an_area_for_each_size(sizes: List[float]) -> None:
    """In proportion, within the box, and none over another."""
    box = Box(10, 20, 300, 200)
    boxes = squarified(sizes, box)
    scale = box.width * box.height / sum(sizes)
    for size, area in zip(sizes, boxes):
        assert area.width * area.height == pytest.approx(size * scale, rel=1e-6)
        assert area.x >= box.x - 1e-6 and area.y >= box.y - 1e-6
        assert area.x + area.width <= box.x + box.width + 1e-6
        assert area.y + area.height <= box.y + box.height + 1e-6
    for number, one in enumerate(boxes[:40]):
        assert not any(overlap(one, other) for other in boxes[:number])
    assert len(boxes) == len(sizes)


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two rectangles have more than an edge in common."""
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > 1e-6
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > 1e-6
    )
