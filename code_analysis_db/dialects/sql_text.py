"""Raw SQL: what kind of statement it is, and its placeholders.

Strings, comments, quoted names and dollar quotes are left alone: a ``?``, a ``%`` or a
``;`` inside of them means nothing.  Nothing is parsed beyond that; whether the SQL is
right is the database's to say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, List, Mapping, Sequence, Tuple, Union

import attrs

from ..exceptions import DriverQueryError
from ..schema import near_hint
from ..short_repr import short_repr
from .base import Dialect
from .sql_scanner import Piece, scan

Params = Union[Sequence[Any], Mapping[str, Any], None]

_MAIN_VERBS = frozenset("SELECT INSERT UPDATE DELETE REPLACE MERGE VALUES".split())
_READ_VERBS = frozenset("SELECT VALUES EXPLAIN PRAGMA SHOW DESCRIBE TABLE".split())
_WRITE_VERBS = frozenset("INSERT UPDATE DELETE REPLACE MERGE".split())
_DDL_VERBS = frozenset("CREATE ALTER DROP TRUNCATE RENAME REINDEX".split())
_LONE_VERBS = frozenset({"VACUUM"})
_CACHED_TEXTS = 256
_CACHED_LENGTH = 10_000
_VERBS_AHEAD = 2
_WORDS_AHEAD = 16


@attrs.frozen(slots=True)
class SqlText:
    """One statement of raw SQL.

    Attributes:
        sql: the text, without a semicolon at its end.
        verb: its first word in upper case; after ``WITH …`` the one that follows.
        is_read: whether it only reads, as far as the text tells.
        is_ddl: whether it changes definitions.
        runs_alone: whether it runs outside of any transaction only.
        questions: where each ``?`` stands.
        names: start, end and name of each ``:name``.
    """

    sql: str
    verb: str
    is_read: bool
    is_ddl: bool
    runs_alone: bool
    questions: Tuple[int, ...]
    names: Tuple[Tuple[int, int, str], ...]


def read_sql(sql: str, dialect: Dialect) -> SqlText:
    """Read a statement.

    Raises:
        DriverQueryError: it is none, or several, or one that the driver does itself.
    """
    if not isinstance(sql, str):
        raise DriverQueryError(f"SQL is text, not {short_repr(sql)}")
    return (
        _read_again(sql, dialect) if len(sql) <= _CACHED_LENGTH else _read(sql, dialect)
    )


def _read(sql: str, dialect: Dialect) -> SqlText:
    """Read a statement."""
    if "\0" in sql:
        raise DriverQueryError("SQL text holds a NUL")
    pieces = list(scan(sql, dialect.lexicon))
    pieces, end = _single_statement(pieces, sql, dialect)
    verb, is_read = _verb_and_reading(pieces)
    advice = dialect.refused_statement(verb, [piece.text for piece in pieces])
    if advice is not None:
        raise DriverQueryError(f"execute does not take {verb}: {advice}")
    numbered = [p.text for p in pieces if p.kind == "question" and len(p.text) > 1]
    if numbered:
        raise DriverQueryError(
            f"placeholders are ? and :name; {numbered[0]!r} is not offered"
        )
    return SqlText(
        sql=sql[:end],
        verb=verb,
        is_read=is_read,
        is_ddl=verb in _DDL_VERBS,
        runs_alone=verb in _LONE_VERBS or verb in dialect.lone_verbs,
        questions=tuple(p.start for p in pieces if p.kind == "question"),
        names=tuple(
            (p.start, p.start + len(p.text), p.text[1:])
            for p in pieces
            if p.kind == "named"
        ),
    )


_read_again = lru_cache(_CACHED_TEXTS)(_read)


def _single_statement(
    pieces: List[Piece], sql: str, dialect: Dialect
) -> Tuple[List[Piece], int]:
    """Return the pieces of the only statement, and where it ends."""
    end = _end_of_first(pieces)
    if _creates_routine(pieces, dialect):
        # where its body ends the server knows, which takes one statement only
        end = len(pieces)
        while pieces[end - 1].kind == "semicolon":
            end -= 1
    if end == 0:
        raise DriverQueryError("SQL text holds no statement")
    if any(piece.kind != "semicolon" for piece in pieces[end:]):
        raise DriverQueryError(
            "execute takes one statement; for several use batch(), or execute_many for"
            " one with several sets of parameters"
        )
    if end == len(pieces):
        return pieces, len(sql)
    return pieces[:end], pieces[end].start


def _creates_routine(pieces: List[Piece], dialect: Dialect) -> bool:
    """Tell whether a statement creates what has statements inside."""
    words = [p.text.upper() for p in pieces[:_WORDS_AHEAD] if p.kind == "word"]
    return words[:1] == ["CREATE"] and not dialect.routine_words.isdisjoint(words)


def _end_of_first(pieces: List[Piece]) -> int:
    """Return the place of the semicolon that ends the first statement.

    The body of a trigger, from BEGIN to END, has semicolons of its own.
    """
    words = [p.text.upper() for p in pieces if p.kind == "word"][: _VERBS_AHEAD + 1]
    in_trigger = words[:1] == ["CREATE"] and "TRIGGER" in words
    blocks = 0
    for place, piece in enumerate(pieces):
        if piece.kind == "semicolon" and not blocks:
            return place
        if in_trigger and piece.kind == "word":
            word = piece.text.upper()
            if word == "BEGIN" or (word == "CASE" and blocks):
                blocks += 1
            elif word == "END" and blocks:
                blocks -= 1
    return len(pieces)


def _verb_and_reading(pieces: List[Piece]) -> Tuple[str, bool]:
    """Return the verb, and whether the statement only reads."""
    first = next((p for p in pieces if p.kind == "word"), None)
    if first is None:
        raise DriverQueryError(
            f"SQL text starts with no word: {short_repr(pieces[0].text)}"
        )
    verb = first.text.upper()
    if verb == "EXPLAIN":
        words = [p.text.upper() for p in pieces if p.kind == "word"]
        return verb, "ANALYZE" not in words[:2] or not _WRITE_VERBS & set(words)
    if verb != "WITH":
        return verb, verb in _READ_VERBS
    verb = _verb_after_with(pieces)
    return verb, verb in _READ_VERBS and not _writes_inside(pieces)


def _verb_after_with(pieces: List[Piece]) -> str:
    """Return the verb after the common table expressions.

    It stands outside of their parentheses; a name may be spelt like a verb, and is
    followed by AS or by its columns.
    """
    for piece, follower in zip(pieces, pieces[1:]):
        word = piece.text.upper()
        if piece.depth == 0 and piece.kind == "word" and word in _MAIN_VERBS:
            if follower.text.upper() != "AS":
                return word
    raise DriverQueryError("WITH is followed by no statement")


def _writes_inside(pieces: List[Piece]) -> bool:
    """Tell whether a parenthesis starts with a write (``WITH x AS (DELETE …)``)."""
    return any(
        before.kind == "open" and piece.text.upper() in _WRITE_VERBS
        for before, piece in zip(pieces, pieces[1:])
    )


def bind(text: SqlText, params: Params, dialect: Dialect) -> Tuple[str, List[Any]]:
    """Return the SQL with the dialect's placeholders, and its parameters in order.

    Raises:
        DriverQueryError: too few or too many parameters, or a name that is missing.
        InvalidValueError: a value that no database would hold.
    """
    named = isinstance(params, Mapping)
    return _rewritten(text, named, dialect), _ordered(text, params, named, dialect)


def bind_many(
    text: SqlText, params_list: Sequence[Params], dialect: Dialect
) -> Tuple[str, List[List[Any]]]:
    """Do as :func:`bind` does for several sets of parameters, all of the same kind."""
    named = bool(params_list) and isinstance(params_list[0], Mapping)
    if any(isinstance(params, Mapping) is not named for params in params_list):
        raise DriverQueryError("sets of parameters are all lists or all dicts")
    ordered = [_ordered(text, params, named, dialect) for params in params_list]
    return _rewritten(text, named, dialect), ordered


def _rewritten(text: SqlText, named: bool, dialect: Dialect) -> str:
    """Return the text with the dialect's placeholders."""
    if not named and dialect.placeholder == "?":
        return text.sql
    if named:
        places = [(start, end) for start, end, _ in text.names]
    else:
        places = [(start, start + 1) for start in text.questions]
    parts: List[str] = []
    done = 0
    for start, end in places:
        parts += (dialect.escape_raw(text.sql[done:start]), dialect.placeholder)
        done = end
    parts.append(dialect.escape_raw(text.sql[done:]))
    return "".join(parts)


def _ordered(text: SqlText, params: Params, named: bool, dialect: Dialect) -> List[Any]:
    """Return the parameters in the order of their placeholders, in stored form."""
    if isinstance(params, (str, bytes)):
        raise DriverQueryError(f"params is a list or a dict, not {short_repr(params)}")
    wanted = len(text.names) if named else len(text.questions)
    idle = text.questions if named else text.names
    if idle:
        given = "a dict" if named else "a list" if params is not None else "nothing"
        raise DriverQueryError(
            f"the statement has {len(idle)} {'?' if named else ':name'} placeholders,"
            f" and params is {given}"
        )
    if isinstance(params, Mapping):
        return _by_name(text, params, dialect)
    values = list(params or ())
    if len(values) != wanted:
        raise DriverQueryError(
            f"the statement has {wanted} ? placeholders, and params {len(values)}"
        )
    return list(map(dialect.encode_parameter, values))


def _by_name(text: SqlText, params: Mapping[str, Any], dialect: Dialect) -> List[Any]:
    """Return the values of the names in the text, each of which is asked for."""
    asked = [name for _, _, name in text.names]
    for name in asked:
        if name not in params:
            raise DriverQueryError(
                f"params has no {name!r}, which the statement asks for"
                f"{near_hint(name, map(str, params))}"
            )
    for name in params:
        if name not in asked:
            raise DriverQueryError(
                f"the statement has no placeholder :{name}{near_hint(name, asked)}"
            )
    return [dialect.encode_parameter(params[name]) for name in asked]
