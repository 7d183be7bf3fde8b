"""What only the text of a CREATE TABLE tells of a SQLite table: checks, and the names
of constraints."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import attrs

from ...dialects.sql_scanner import Piece, scan
from ...dialects.sqlite import SQLiteDialect
from ...dialects.sqlite_fulltext import trigger_name
from ...dialects.sqlite_functions import WORDS
from ...exceptions import DriverQueryError
from ...schema import CheckConstraint, Index, IndexColumn

_TABLE_LEVEL = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
_NAMELESS = ("NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED", "AS")
"""Constraints of a column whose names nobody asks for."""
_INSIDE = 1
"""How deep in parentheses the columns and constraints of a table stand."""


@attrs.define(slots=True)
class CreateText:
    """What a CREATE TABLE says.

    Attributes:
        primary_key_name: of the primary key, None for none.
        unique_names: of the unique constraints that have one, by their columns in
            lower case.
        foreign_key_names: of each foreign key in order, None for one without.
        checks: of the table and of its columns, in order.
    """

    primary_key_name: Optional[str] = None
    unique_names: Dict[Tuple[str, ...], str] = attrs.field(factory=dict)
    foreign_key_names: List[Optional[str]] = attrs.field(factory=list)
    checks: List[CheckConstraint] = attrs.field(factory=list)


def read_create_table(sql: Optional[str]) -> CreateText:
    """Read a text that SQLite has accepted."""
    text = CreateText()
    if sql is None:
        return text
    try:
        pieces = list(scan(sql, SQLiteDialect.lexicon))
    except DriverQueryError:
        # older versions of SQLite kept comments without an end
        return text
    for part in _parts(pieces):
        _read_part(part, sql, text)
    return text


def condition_of(sql: str) -> str:
    """Return the condition of a partial index, from its CREATE INDEX."""
    for piece in scan(sql, SQLiteDialect.lexicon):
        if piece.kind == "word" and piece.depth == 0 and piece.text.upper() == "WHERE":
            return sql[piece.start + len(piece.text) :].strip()
    return sql


def fulltext_indexes(rows: Iterable[Sequence[str]]) -> List[Index]:
    """Return the indexes that triggers feed, from rows of name and text.

    The names of the columns are in the text, where SQLite follows a rename.
    """
    start = trigger_name("", "insert")
    return [
        Index(
            name=name[len(start) :],
            columns=tuple(map(IndexColumn, _analysed(sql))),
            fulltext=True,
        )
        for name, sql in rows
        if name.startswith(start)
    ]


def _analysed(sql: str) -> List[str]:
    """Return the columns of which a trigger takes the words: ``WORDS(new."a")``."""
    pieces = list(scan(sql, SQLiteDialect.lexicon))
    return [
        _name(pieces[place + 4])
        for place, piece in enumerate(pieces)
        if piece.text == WORDS
    ]


def _parts(pieces: Sequence[Piece]) -> Iterator[List[Piece]]:
    """Yield the pieces of each column and constraint."""
    part: List[Piece] = []
    for piece in pieces:
        if piece.depth < _INSIDE:
            continue
        if piece.depth == _INSIDE and piece.text == ",":
            yield part
            part = []
        else:
            part.append(piece)
    if part:
        yield part


def _read_part(part: Sequence[Piece], sql: str, text: CreateText) -> None:
    """Read a column with its constraints, or a constraint."""
    first = part[0]
    is_constraint = first.kind == "word" and first.text.upper() in _TABLE_LEVEL
    name: Optional[str] = None
    for place, piece in enumerate(part):
        word = piece.text.upper()
        if piece.kind != "word" or piece.depth != _INSIDE:
            continue
        if place == 0 and not is_constraint:
            continue
        rest = part[place + 1 :]
        if word == "CONSTRAINT":
            name = _name(rest[0])
        elif word == "PRIMARY":
            text.primary_key_name, name = name, None
        elif word == "UNIQUE":
            columns = _names_in(rest) if is_constraint else (_name(first).lower(),)
            if name is not None:
                text.unique_names[columns] = name
            name = None
        elif word == "REFERENCES":
            text.foreign_key_names.append(name)
            name = None
        elif word == "CHECK":
            text.checks.append(CheckConstraint(_enclosed(rest, sql), name))
            name = None
        elif word in _NAMELESS:
            name = None


def _names_in(pieces: Sequence[Piece]) -> Tuple[str, ...]:
    """Return the names in the first parentheses, in lower case."""
    names: List[str] = []
    starts = True
    for piece in pieces:
        if piece.kind == "close" and piece.depth == _INSIDE:
            break
        if piece.depth == _INSIDE + 1:
            if starts:
                names.append(_name(piece).lower())
            starts = piece.text == ","
    return tuple(names)


def _enclosed(pieces: Sequence[Piece], sql: str) -> str:
    """Return what stands in the first parentheses."""
    opened = next(p for p in pieces if p.kind == "open" and p.depth == _INSIDE)
    closed = next(p for p in pieces if p.kind == "close" and p.depth == _INSIDE)
    return sql[opened.start + 1 : closed.start].strip()


def _name(piece: Piece) -> str:
    """Return the name that a piece writes."""
    quote = piece.text[0]
    if quote == "[":
        return piece.text[1:-1]
    if quote in "\"`'":
        return piece.text[1:-1].replace(quote * 2, quote)
    return piece.text
