"""Cutting raw SQL into pieces, by a dialect's lexicon."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple

from ..exceptions import DriverQueryError
from ..short_repr import short_repr
from .lexicon import Lexicon


class Piece(NamedTuple):
    """A piece of SQL text.

    Attributes:
        kind: the name of the lexicon's group.
        text: as it stands there.
        start: where it starts.
        depth: how many parentheses are open around it.
    """

    kind: str
    text: str
    start: int
    depth: int


def scan(sql: str, lexicon: Lexicon) -> Iterator[Piece]:
    """Yield the pieces, without white space and comments.

    Raises:
        DriverQueryError: a string, a name or a comment has no end.
    """
    depth = 0
    for match in lexicon.pattern.finditer(sql):
        kind = str(match.lastgroup)
        if kind in ("space", "comment"):
            continue
        text = match.group()
        if kind == "broken":
            rest = short_repr(sql[match.start() :])
            raise DriverQueryError(f"what starts with {text!r} has no end: {rest}")
        if kind == "close":
            depth -= 1
        yield Piece(kind, text, match.start(), depth)
        if kind == "open":
            depth += 1


def check_expression(sql: str, lexicon: Lexicon, subject: str) -> str:
    """Return SQL text that stands inside a definition, if it is a single expression.

    Raises:
        DriverQueryError: it would end the definition that it stands in.
    """
    pieces: List[Piece] = list(scan(sql, lexicon))
    depth = 0
    for piece in pieces:
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth < 0 or piece.kind == "semicolon":
            break
    if not pieces or depth != 0 or any(p.kind == "semicolon" for p in pieces):
        raise DriverQueryError(f"{subject} is no single expression: {short_repr(sql)}")
    if any(piece.kind in ("question", "named") for piece in pieces):
        raise DriverQueryError(f"{subject} has a placeholder: {short_repr(sql)}")
    return sql.strip()
