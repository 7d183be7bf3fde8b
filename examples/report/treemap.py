"""Rectangles with areas in proportion to sizes, as near to squares as they can be.

The squarified layout of Bruls, Huizing and van Wijk ("Squarified treemaps", 2000):
rows are laid along the shorter side, and a row is closed where another member would
make its rectangles longer.
"""

from __future__ import annotations

from typing import Iterator, List, Sequence

import attrs

_SHORTEST = 1e-9


@attrs.frozen(slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def within(self, top: float, margin: float) -> Box:
        """Return what is left inside of a margin, a wider one at the top."""
        return Box(
            self.x + margin,
            self.y + top,
            max(0.0, self.width - 2 * margin),
            max(0.0, self.height - top - margin),
        )


def squarified(sizes: Sequence[float], box: Box) -> List[Box]:
    """Return a rectangle in ``box`` for each size, the sizes falling and above 0."""
    boxes: List[Box] = []
    while len(boxes) < len(sizes):
        rest = sizes[len(boxes) :]
        scale = box.width * box.height / sum(rest)
        row = _row([size * scale for size in rest], _side(box))
        boxes += _laid(row, box)
        thickness = sum(row) / _side(box)
        if box.width >= box.height:
            box = Box(box.x + thickness, box.y, box.width - thickness, box.height)
        else:
            box = Box(box.x, box.y + thickness, box.width, box.height - thickness)
    return boxes


def _side(box: Box) -> float:
    """Return the length of the shorter side; rounding may leave nothing of it."""
    return max(min(box.width, box.height), _SHORTEST)


def _row(areas: Sequence[float], side: float) -> List[float]:
    """Return the areas that go into the next row along a side."""
    row: List[float] = []
    for area in areas:
        area = max(area, _SHORTEST)
        if row and _worst([*row, area], side) > _worst(row, side):
            break
        row.append(area)
    return row


def _worst(row: Sequence[float], side: float) -> float:
    """Return the longest rectangle's length to its width."""
    total = sum(row)
    return max(
        side * side * row[0] / (total * total), total * total / (side * side * row[-1])
    )


def _laid(row: Sequence[float], box: Box) -> Iterator[Box]:
    """Yield the rectangles of a row along the shorter side of a box."""
    thickness = sum(row) / _side(box)
    x, y = box.x, box.y
    for area in row:
        length = area / thickness
        if box.width >= box.height:
            yield Box(x, y, thickness, length)
            y += length
        else:
            yield Box(x, y, length, thickness)
            x += length
