"""The texts of a MySQL server: defaults and checks as it tells them."""

from __future__ import annotations

import re
from typing import Dict, Mapping, Optional, Tuple

from ...dialects.lexicon import Lexicon
from ...dialects.mysql import quoted_text
from ...dialects.mysql_flavour import MySQLFlavour
from ...dialects.sql_scanner import scan
from .native_table import NativeColumn

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Mapping[str, str] = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a"}
_QUOTED = re.compile(r"(?:_\w+\s*)?'(?P<text>(?:[^'\\]|''|\\.)*)'", re.DOTALL)
_BYTES = re.compile(r"(?:0x(?P<hex>[0-9a-f]*)|x'(?P<quoted>[0-9a-f]*)')", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[+-]?\d+)?", re.IGNORECASE)
_GENERATED = "DEFAULT_GENERATED"


def unescaped(text: str) -> str:
    """Return text that is told as the inside of a literal."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


def literal_text(
    native: NativeColumn, flavour: MySQLFlavour
) -> Tuple[Optional[str], str]:
    """Return the text of a default that is a value, None for an expression; and the
    default as SQL."""
    told = native.default or ""
    extra: str = native.details[0]
    if not flavour.quotes_defaults and _GENERATED not in extra:
        return told, quoted_text(told)
    sql = told if flavour.quotes_defaults else unescaped(told)
    found = _QUOTED.fullmatch(sql)
    if found is not None:
        return unescaped(found["text"].replace("''", "'")), sql
    bytes_found = _BYTES.fullmatch(sql)
    if bytes_found is not None:
        return bytes_found["hex"] or bytes_found["quoted"] or "", sql
    return (sql if _NUMBER.fullmatch(sql) else None), sql


def checks_in(created: str, lexicon: Lexicon) -> Dict[str, str]:
    """Return the checks with names in the text of a SHOW CREATE TABLE."""
    checks: Dict[str, str] = {}
    pieces = list(scan(created, lexicon))
    for place, piece in enumerate(pieces[:-3]):
        name, word, opened = pieces[place + 1 : place + 4]
        if piece.text != "CONSTRAINT" or word.text != "CHECK" or piece.depth != 1:
            continue
        closed = next(
            p for p in pieces[place + 4 :] if p.kind == "close" and p.depth == 1
        )
        key = name.text[1:-1].replace("``", "`")
        checks[key] = created[opened.start + 1 : closed.start]
    return checks
