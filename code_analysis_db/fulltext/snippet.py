"""What is shown of a hit: the line that has most of what was searched for."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .analyser import RUN, normal_text, part_spans, split_run
from .query import Phrase, Query
from .run_memory import RunMemory

Span = Tuple[int, int]

_LOOKED_AT = 40
"""Lines of a text that are looked at, at most."""
_LONGEST_LINE = 4000
_BEFORE = 1000
"""Bytes of a line that are looked at, and those of them before a word."""
_COMPARED = 12
"""Lines that are looked at where one of them has a word."""
_MARK = "…"
_ALNUM = re.compile(rb"[a-z0-9]")


class Snippet(NamedTuple):
    """A line of a text.

    Attributes:
        column: that has the text.
        line: its number in the text, from 1.
        text: of the line, or as much of it as fits, without the space around it; what
            is left out shows as ``…``.
        ranges: where the words that were searched for are in :attr:`text`.
    """

    column: str
    line: int
    text: str
    ranges: Tuple[Span, ...]


class _Line(NamedTuple):
    """A line and what was found in it."""

    number: int
    text: str
    found: int
    spans: Tuple[Span, ...]


class SnippetMaker:
    """Makes the snippets of one query's hits."""

    def __init__(self, query: Query, length: int) -> None:
        """Look for the words of ``query``, and show so many letters of a line."""
        self._choices = query.required
        self._length = length
        words = {word for phrase in query.phrases for word in phrase.words}
        self._finders = [partial(_starts_with_word, word.encode()) for word in words]
        self._spelt = _spelt(words)
        self._splits = RunMemory(split_run)

    def make(self, texts: Dict[str, Optional[str]]) -> Optional[Snippet]:
        """Return the best line of texts by the names of their columns, None where no
        line has a word: all are empty, or the words are in what was not looked at."""
        best: Optional[Tuple[str, _Line]] = None
        for column, text in texts.items():
            if not text:
                continue
            line = self._best_line(normal_text(text).encode())
            if line is not None and (best is None or line.found > best[1].found):
                best = (column, line)
        if best is None:
            return None
        column, line = best
        text, spans = _window(line.text, line.spans, self._length)
        return Snippet(column, line.number, text, spans)

    def _best_line(self, data: bytes) -> Optional[_Line]:
        """Return the first of the lines that have most of what was searched for."""
        best: Optional[_Line] = None
        wanted = 2 * len(self._choices)
        for place, start in enumerate(self._lines(data)):
            if best is not None and place >= _COMPARED:
                break
            end = data.find(b"\n", start, start + _LONGEST_LINE)
            last = end if end >= 0 else start + _LONGEST_LINE
            line = data[start:last].decode(errors="ignore")
            found, spans = self._found_in(line)
            if spans and (best is None or found > best.found):
                best = _Line(data.count(b"\n", 0, start) + 1, line, found, spans)
                if found == wanted:
                    break
        return best

    def _lines(self, data: bytes) -> List[int]:
        """Return where the lines start that may have a word, the most likely first;
        beyond that in their order."""
        lowered = data.lower()
        chances: Dict[int, int] = {}
        for find in self._finders:
            for start, chance in find(lowered):
                chances[start] = chances.get(start, 0) + chance
        if not chances and self._spelt is not None:
            chances = dict.fromkeys(_line_starts(self._spelt, lowered), 1)
        return sorted(chances, key=lambda start: (-chances[start], start))[:_LOOKED_AT]

    def _found_in(self, line: str) -> Tuple[int, Tuple[Span, ...]]:
        """Return how much of what was searched for a line has, two for a phrase and
        one for a word of it, and where the words are."""
        words: List[str] = []
        places: List[Span] = []
        wholes: List[Tuple[str, Span]] = []
        for run in RUN.finditer(line):
            split = self._splits[run.group()]
            parts = [
                (run.start() + first, run.start() + last)
                for first, last in part_spans(run.group())
            ]
            if len(parts) != len(split.parts):
                parts = [run.span()] * len(split.parts)
            words += split.parts
            places += parts
            wholes += [(whole, run.span()) for whole in split.wholes]
        found = 0
        marked: Set[Span] = set()
        for choice in self._choices:
            spans = {s for p in choice for s in _exactly(p, words, places, wholes)}
            found += 2 * bool(spans)
            if not spans:
                spans = {s for p in choice for s in _partly(p, words, places)}
                found += bool(spans)
            marked |= spans
        return found, _joined(marked)


def _exactly(
    phrase: Phrase,
    words: Sequence[str],
    places: Sequence[Span],
    wholes: Sequence[Tuple[str, Span]],
) -> Iterator[Span]:
    """Yield where a line has a phrase."""
    count = len(phrase.words)
    for start in range(len(words) - count + 1):
        if _is(phrase, words[start : start + count]):
            yield from places[start : start + count]
    if count == 1:
        for whole, place in wholes:
            if _is(phrase, [whole]):
                yield place


def _is(phrase: Phrase, words: Sequence[str]) -> bool:
    """Tell whether words are a phrase."""
    if not phrase.is_prefix:
        return tuple(words) == phrase.words
    return tuple(words[:-1]) == phrase.words[:-1] and words[-1].startswith(
        phrase.words[-1]
    )


def _partly(
    phrase: Phrase, words: Sequence[str], places: Sequence[Span]
) -> Iterator[Span]:
    """Yield where a line has a word of a phrase."""
    wanted = set(phrase.words)
    return (place for word, place in zip(words, places) if word in wanted)


def _starts_with_word(word: bytes, lowered: bytes) -> Iterator[Tuple[int, int]]:
    """Yield the starts of the lines that have a word as it is, each with the chance
    that it is one: two where it stands alone, one where it is in others."""
    place = lowered.find(word)
    for _ in range(_LOOKED_AT):
        if place < 0:
            return
        end = place + len(word)
        around = lowered[max(place - 1, 0) : place] + lowered[end : end + 1]
        yield _line_start(lowered, place), 1 if _ALNUM.search(around) else 2
        end = lowered.find(b"\n", place)
        place = lowered.find(word, end) if end >= 0 else -1


def _spelt(words: Set[str]) -> Optional[re.Pattern[bytes]]:
    """Return what finds words that are spelt in another way, and more than these.

    A word with letters that are not ASCII may be spelt in ways that only the analyser
    knows; every line is looked at for it.  Letters of an ASCII word may have
    underscores between them, where it is a whole, or be special forms (``¹``).
    """
    if any(not word.isascii() for word in words):
        return re.compile(rb"[^\n]+")
    spelt = sorted(("_*".join(word) for word in words), reverse=True)
    if not spelt:
        return None
    return re.compile("|".join(spelt).encode() + rb"|[^\x00-\x7f][^\n]*")


def _line_starts(pattern: re.Pattern[bytes], lowered: bytes) -> Iterator[int]:
    """Yield the starts of the lines that have what a pattern finds."""
    for place in islice(pattern.finditer(lowered), _LOOKED_AT):
        yield _line_start(lowered, place.start())


def _line_start(data: bytes, place: int) -> int:
    """Return where the line of a place starts, or a little before the place in a line
    that is very long."""
    earliest = max(place - _BEFORE, 0)
    return data.rfind(b"\n", earliest, place) + 1 or earliest


def _joined(spans: Set[Span]) -> Tuple[Span, ...]:
    """Return spans in order, those that touch as one."""
    joined: List[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _window(
    line: str, spans: Sequence[Span], length: int
) -> Tuple[str, Tuple[Span, ...]]:
    """Return as much of a line as fits, with its first span, and the spans in there."""
    first, last = len(line) - len(line.lstrip()), len(line.rstrip())
    before = after = ""
    if last - first > length:
        room = max(length - 2 * len(_MARK), 1)
        wanted = spans[0][0] - room // 4
        start = max(first, min(wanted, last - room))
        before = _MARK if start > first else ""
        end = min(last, start + room)
        after = _MARK if end < last else ""
        first, last = start, end
    moved = len(before) - first
    inside = tuple(
        (max(start, first) + moved, min(end, last) + moved)
        for start, end in spans
        if start < last and end > first
    )
    return f"{before}{line[first:last]}{after}", inside
