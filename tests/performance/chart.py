"""The readings of a report as an SVG bar chart, drawn without any package.

Each figure is a group of bars, one a peer, on a scale of its own; the product's bar
has its own colour, and every bar says its value.
"""

from __future__ import annotations

from itertools import groupby
from typing import List
from xml.sax.saxutils import escape

from .peers.product import ProductPeer
from .report import amount
from .result import Reading, Report

WIDTH = 860
MARGIN = 16
LABEL_WIDTH = 200
VALUE_WIDTH = 110
BAR_HEIGHT = 14
ROW_HEIGHT = 20
TITLE_HEIGHT = 26
GROUP_GAP = 10

PRODUCT_COLOUR = "#1f6f8b"
PEER_COLOUR = "#b8c4cc"
TEXT = 'font-family="sans-serif" font-size="12" fill="#24292f"'


def svg_chart(report: Report) -> str:
    """Return the chart as an SVG document."""
    shapes: List[str] = []
    top = MARGIN
    for figure, group in groupby(report.readings, key=_figure):
        readings = list(group)
        shapes += _group(figure, readings, top)
        top += TITLE_HEIGHT + len(readings) * ROW_HEIGHT + GROUP_GAP
    height = top + MARGIN - GROUP_GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            f"<g {TEXT}>",
            *shapes,
            "</g>",
            "</svg>\n",
        ]
    )


def _figure(reading: Reading) -> str:
    """Return what the reading is grouped by."""
    return reading.figure


def _group(figure: str, readings: List[Reading], top: int) -> List[str]:
    """Draw the bars of one figure, with its title above."""
    largest = max(reading.value for reading in readings) or 1.0
    room = WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH
    left = MARGIN + LABEL_WIDTH
    title = escape(f"{figure} ({readings[0].unit})")
    shapes = [f'<text font-weight="bold" x="{MARGIN}" y="{top + 16}">{title}</text>']
    for number, reading in enumerate(readings):
        y = top + TITLE_HEIGHT + number * ROW_HEIGHT
        length = max(1.0, reading.value / largest * room)
        is_product = reading.peer.startswith(ProductPeer.name)
        colour = PRODUCT_COLOUR if is_product else PEER_COLOUR
        base = y + BAR_HEIGHT - 3
        shapes += [
            f'<text text-anchor="end" x="{left - 8}" y="{base}">'
            f"{escape(reading.peer)}</text>",
            f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{BAR_HEIGHT}" '
            f'fill="{colour}"/>',
            f'<text x="{left + length + 6:.1f}" y="{base}">'
            f"{escape(amount(reading.value, reading.unit))}</text>",
        ]
    return shapes
