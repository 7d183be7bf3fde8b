"""Reading the text of a CREATE TABLE that SQLite keeps in ``sqlite_master``.

Nothing is judged: SQLite has accepted the text.  The grammar is the one of
https://www.sqlite.org/lang_createtable.html, with the commas between constraints that
its parser does not ask for.
"""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

from ..exceptions import UnsupportedError
from ..short_repr import short_repr
from .lexicon import Lexicon
from .sql_scanner import Piece, scan
from .sqlite_create import ColumnText, ConstraintText, CreateText

_TABLE_LEVEL = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}
_COLUMN_LEVEL = _TABLE_LEVEL | {
    "NOT",
    "NULL",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "AS",
}
_NUMBER = re.compile(r"(?:\d[\w.]*?|\.\d\w*?)(?:[eE][+-]?\d+)?(?![\w.])")
_LINE_COMMENT = re.compile(r"[ \t]*(--[^\n]*)\n")
_PLAIN_ASCII = 128


def read_create_table(sql: str, lexicon: Lexicon) -> CreateText:
    """Return the parts of a CREATE TABLE.

    Raises:
        UnsupportedError: the text is not understood.
        DriverQueryError: a string, a name or a comment has no end.
    """
    return _Reader(sql, lexicon).read()


def unquoted(text: str) -> str:
    """Return the name that a piece of SQL writes."""
    quote = text[0]
    if quote == "[":
        return text[1:-1]
    if quote in "\"`'":
        return text[1:-1].replace(quote * 2, quote)
    return text


def pieces_of(sql: str, lexicon: Lexicon) -> List[Piece]:
    """Return the pieces of a text, names with dollar signs and letters of any
    alphabet in one, as SQLite reads them."""
    pieces: List[Piece] = []
    for piece in scan(sql, lexicon):
        strange = piece.kind == "other" and ord(piece.text[0]) >= _PLAIN_ASCII
        if strange:
            piece = piece._replace(kind="word")
        last = pieces[-1] if pieces else None
        if (
            last is not None
            and last.kind == "word"
            and last.start + len(last.text) == piece.start
        ):
            if piece.kind in ("word", "number") or piece.text == "$":
                pieces[-1] = last._replace(text=last.text + piece.text)
                continue
            if piece.kind == "string" and last.text in ("x", "X"):
                joined = last.text + piece.text
                pieces[-1] = last._replace(kind="string", text=joined)
                continue
        pieces.append(piece)
    return pieces


class _Reader:
    """Reads one text from its start to its end."""

    def __init__(self, sql: str, lexicon: Lexicon) -> None:
        """Start before the first piece."""
        self._sql = sql
        self._pieces = pieces_of(sql, lexicon)
        self._at = 0

    def read(self) -> CreateText:
        """Read the whole text."""
        while self._pieces[self._at].kind != "open":
            self._at += 1
            if self._at == len(self._pieces):
                raise self._fault()
        name = unquoted(self._pieces[self._at - 1].text)
        self._at += 1
        text = CreateText(name)
        while not self._is_table_level():
            text.columns.append(self._column())
            if not self._takes(","):
                break
            self._take_comment(text.columns[-1])
        while not self._takes(")"):
            if self._takes(","):
                self._take_comment((text.constraints or text.columns)[-1])
                continue
            text.constraints.append(self._constraint())
        text.options = self._sql[self._end_of(self._at - 1) :].strip()
        return text

    # --- columns ------------------------------------------------------------------

    def _column(self) -> ColumnText:
        """Read a column."""
        first = self._at
        column = ColumnText(unquoted(self._next().text))
        type_start = self._at
        while not self._is_end() and not self._is_column_level():
            self._skip()
        column.type_name = self._text(type_start, self._at)
        while not self._is_end():
            column.constraints.append(self._constraint())
        column.source = self._text(first, self._at)
        return column

    def _is_end(self) -> bool:
        """Whether the column ends here."""
        piece = self._peek()
        return piece is None or piece.text in (",", ")")

    def _is_column_level(self) -> bool:
        """Whether a constraint of a column starts here."""
        word = self._word()
        if word == "GENERATED":
            return self._word(1) == "ALWAYS"
        return word in _COLUMN_LEVEL

    def _is_table_level(self) -> bool:
        """Whether a constraint of the table starts here."""
        return self._word() in _TABLE_LEVEL

    # --- constraints --------------------------------------------------------------

    def _constraint(self) -> ConstraintText:
        """Read a constraint of a column or of the table."""
        first = self._at
        name: Optional[str] = None
        while self._takes("CONSTRAINT"):
            name = unquoted(self._next().text)
            if self._is_end():
                return ConstraintText("", self._text(first, self._at), name)
        word = self._word()
        self._at += 1
        constraint = ConstraintText(word, "", name)
        if word == "PRIMARY":
            self._expect("KEY")
            constraint.columns = self._names()
            self._takes("ASC")
            constraint.descends = self._takes("DESC")
            self._conflict()
            constraint.numbers = self._takes("AUTOINCREMENT")
        elif word == "UNIQUE":
            constraint.columns = self._names()
            self._conflict()
        elif word in ("NOT", "NULL"):
            if word == "NOT":
                self._expect("NULL")
            self._conflict()
        elif word == "CHECK":
            constraint.expression = self._enclosed()
            self._conflict()
        elif word == "DEFAULT":
            self._default()
        elif word == "COLLATE":
            self._at += 1
        elif word in ("GENERATED", "AS"):
            constraint.kind = "AS"
            if word == "GENERATED":
                self._expect("ALWAYS")
                self._expect("AS")
            constraint.expression = self._enclosed()
            if not self._is_end() and self._word() in ("STORED", "VIRTUAL"):
                self._at += 1
        elif word in ("FOREIGN", "REFERENCES"):
            if word == "FOREIGN":
                self._expect("KEY")
                constraint.columns = self._names()
                self._expect("REFERENCES")
            constraint.kind = "REFERENCES"
            self._target(constraint)
        else:
            raise self._fault()
        constraint.text = self._text(first, self._at)
        return constraint

    def _conflict(self) -> None:
        """Skip ``ON CONFLICT …``."""
        if self._word() == "ON" and self._word(1) == "CONFLICT":
            self._at += 3

    def _default(self) -> None:
        """Skip the value of a default."""
        if self._next_is(("+", "-")):
            self._at += 1
        piece = self._peek()
        number = _NUMBER.match(self._sql, piece.start) if piece is not None else None
        if number is None:
            self._skip()
            return
        while self._pieces[self._at].start < number.end():
            self._at += 1

    def _target(self, constraint: ConstraintText) -> None:
        """Read what follows REFERENCES."""
        constraint.target = unquoted(self._next().text)
        constraint.references = self._names()
        while True:
            word = self._word()
            if word == "ON":
                event = self._word(1)
                self._at += 2
                action = self._word()
                self._at += 1
                if action in ("SET", "NO"):
                    action = f"{action} {self._word()}"
                    self._at += 1
                constraint.actions[event] = action
            elif word == "MATCH":
                self._at += 2
            elif word == "DEFERRABLE" or (
                word == "NOT" and self._word(1) == "DEFERRABLE"
            ):
                self._at += 1 if word == "DEFERRABLE" else 2
                if self._takes("INITIALLY"):
                    self._at += 1
            else:
                return

    # --- pieces -------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> Optional[Piece]:
        """Return a piece that is not taken yet, None after the last."""
        place = self._at + ahead
        return self._pieces[place] if place < len(self._pieces) else None

    def _next(self) -> Piece:
        """Take a piece."""
        piece = self._peek()
        if piece is None:
            raise self._fault()
        self._at += 1
        return piece

    def _word(self, ahead: int = 0) -> str:
        """Return the word that comes, in upper case, ``""`` for anything else."""
        piece = self._peek(ahead)
        return piece.text.upper() if piece and piece.kind == "word" else ""

    def _next_is(self, texts: Tuple[str, ...]) -> bool:
        """Whether one of these signs comes."""
        piece = self._peek()
        return piece is not None and piece.text in texts

    def _takes(self, text: str) -> bool:
        """Take a word or sign if it comes."""
        piece = self._peek()
        if piece is None:
            raise self._fault()
        found = piece.kind not in ("name", "string") and piece.text.upper() == text
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        """Take a word that must come."""
        if not self._takes(text):
            raise self._fault()

    def _skip(self) -> None:
        """Take a piece, all in parentheses where it opens them."""
        piece = self._next()
        if piece.kind == "open":
            while True:
                inner = self._next()
                if inner.kind == "close" and inner.depth == piece.depth:
                    return

    def _enclosed(self) -> str:
        """Take what stands in parentheses, and return it without them."""
        first = self._at
        self._skip()
        return self._text(first, self._at)[1:-1].strip()

    def _names(self) -> Tuple[str, ...]:
        """Take names in parentheses, if they come."""
        if not self._next_is(("(",)):
            return ()
        first = self._at
        self._skip()
        starts = [
            place
            for place in range(first + 1, self._at - 1)
            if self._pieces[place].depth == self._pieces[first].depth + 1
            and self._pieces[place - 1].text in ("(", ",")
        ]
        return tuple(unquoted(self._pieces[place].text) for place in starts)

    def _take_comment(self, part: object) -> None:
        """Give a comment on the rest of the line to what stands before its comma."""
        found = _LINE_COMMENT.match(self._sql, self._end_of(self._at - 1))
        if found and isinstance(part, (ColumnText, ConstraintText)):
            part.comment = found.group(1)

    def _text(self, first: int, end: int) -> str:
        """Return the text of pieces, with the comments before the first of them that
        no other part has."""
        if first == end:
            return ""
        last_end = self._end_of(end - 1)
        return self._sql[self._pieces[first].start : last_end]

    def _end_of(self, place: int) -> int:
        """Return where a piece ends."""
        piece = self._pieces[place]
        return piece.start + len(piece.text)

    def _fault(self) -> UnsupportedError:
        """Return the error for a text that is not understood."""
        return UnsupportedError(
            f"the text of a table is not understood: {short_repr(self._sql)}"
        )
