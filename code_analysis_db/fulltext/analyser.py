"""What the words of a text are: the same for contents and queries, on every database.

A *run* is a longest stretch of letters, digits and underscores.  It is split at
underscores, at the humps of CamelCase (``HTTPServer`` is ``http server``) and between
letters and digits; of scripts that are written without spaces every letter is a word.
What comes out is case-folded.  An identifier of several parts is findable as a whole
too, however it is spelt: ``get_table``, ``getTable`` and ``GetTable`` are all
``gettable``.

Cut, so that every database can hold it: of a word the letters beyond the 64th, or
beyond the 20th where it has letters that are not ASCII.
"""

from __future__ import annotations

import re
from typing import Dict, Iterable, Iterator, List, NamedTuple, Tuple
from unicodedata import is_normalized, normalize

#: Runs; ``_`` alone is one as well, and has no words.
RUN = re.compile(r"\w+")

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ASCII_LETTERS = 64
_OTHER_LETTERS = 20
_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


class SplitRun(NamedTuple):
    """The words of a run.

    Attributes:
        parts: in their order.
        wholes: of the run, and of what stands between its underscores, where that has
            several parts; each once.
    """

    parts: Tuple[str, ...]
    wholes: Tuple[str, ...]


def normal_text(text: str) -> str:
    """Return the text with its accents in one piece with their letters."""
    if text.isascii() or is_normalized("NFC", text):
        return text
    return normalize("NFC", text)


def split_run(run: str) -> SplitRun:
    """Return the words of a run of a normal text."""
    if run.isascii() and run.islower() and run.isalpha():
        return SplitRun((run[:_ASCII_LETTERS],), ())
    parts: List[str] = []
    wholes: Dict[str, None] = {}
    segments = [_segment(segment) for segment in run.split("_") if segment]
    for segment in segments:
        parts += segment
        if len(segment) > 1:
            wholes["".join(segment)] = None
    if len(segments) > 1 and len(parts) > 1:
        wholes["".join(parts)] = None
    cut = dict.fromkeys(map(_cut, wholes))
    return SplitRun(tuple(map(_cut, parts)), tuple(cut))


def part_spans(run: str) -> Iterator[Tuple[int, int]]:
    """Yield where the parts of a run start and end in it, as far as they can be told:
    an ASCII run's parts, else the run itself."""
    if not run.isascii():
        yield 0, len(run)
        return
    for found in _PARTS.finditer(run):
        yield found.span()


def _cut(word: str) -> str:
    """Return as much of a word as tells it apart."""
    return word[: _ASCII_LETTERS if word.isascii() else _OTHER_LETTERS]


def _segment(segment: str) -> List[str]:
    """Return the words of what stands between underscores."""
    if segment.isascii():
        return [part.lower() for part in _PARTS.findall(segment)]
    return [word for part in _humps(segment) for word in _folded(part)]


def _humps(segment: str) -> Iterable[str]:
    """Yield the parts of a segment with letters that are not ASCII."""
    start = 0
    kinds = [_kind(letter) for letter in segment]
    for place in range(1, len(segment)):
        before, here = kinds[place - 1], kinds[place]
        follows = kinds[place + 1] if place + 1 < len(segment) else ""
        if before == here != "alone" and not (here == "upper" and follows == "lower"):
            continue
        if before == "upper" and here == "lower":
            # the hump's first letter; what was before it is cut off already
            continue
        yield segment[start:place]
        start = place
    yield segment[start:]


def _kind(letter: str) -> str:
    """Return what a letter is as far as splitting goes."""
    if letter.isdecimal():
        return "digit"
    code = ord(letter)
    if any(first <= code <= last for first, last in _SPACELESS):
        return "alone"
    return "upper" if letter.isupper() or letter.istitle() else "lower"


def _folded(part: str) -> List[str]:
    """Return the words of a part without its case and its letters' special forms."""
    folded = normalize("NFKC", normalize("NFKC", part).casefold())
    return [word for run in RUN.findall(folded) for word in run.split("_") if word]
