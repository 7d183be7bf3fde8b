"""How a dialect writes what is not SQL words: strings, comments, quoted names.

One regular expression a dialect; ``sql_text`` reads statements with it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import List, Pattern

import attrs

_NESTING = 4


@attrs.frozen(slots=True)
class Lexicon:
    """What a dialect's scanner takes for one piece of text.

    Attributes:
        backticks: ``` `name` ``` is a quoted name.
        brackets: ``[name]`` is a quoted name (else it is a subscript).
        dollar_quotes: ``$tag$…$tag$`` is a string, and names hold dollar signs.
        backslash_escapes: a backslash escapes inside plain strings.
        escape_strings: a backslash escapes inside ``E'…'``.
        hash_comments: ``#`` starts a comment that ends with the line.
        spaced_dashes: ``--`` starts a comment only before a space.
        executable_comments: the server runs what is in ``/*! … */``.
        double_quoted_strings: double quotes make a string, not a name.
        nested_comments: a comment in ``/* … */`` may hold others.
    """

    backticks: bool = False
    brackets: bool = False
    dollar_quotes: bool = False
    backslash_escapes: bool = False
    escape_strings: bool = False
    hash_comments: bool = False
    nested_comments: bool = False
    spaced_dashes: bool = False
    executable_comments: bool = False
    double_quoted_strings: bool = False

    @cached_property
    def pattern(self) -> Pattern[str]:
        """The pieces, as named groups: ``space comment string name word question
        named open close semicolon broken other``.

        A ``broken`` piece starts something that has no end.
        """
        # Unrolled loops: a letter at a time would cost memory for each.
        strings = [r"'[^']*(?:''[^']*)*'"]
        escaping = r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"
        if self.backslash_escapes:
            strings = [escaping]
        if self.escape_strings:
            strings.append(rf"[eE]{escaping}")
        names = [r'"[^"]*(?:""[^"]*)*"']
        if self.double_quoted_strings:
            names = []
            strings.append(r'"[^"\\]*(?:(?:\\.|"")[^"\\]*)*"')
        dashes = r"--(?=[\s\0]|\Z)[^\n]*" if self.spaced_dashes else r"--[^\n]*"
        comments = [dashes, self._block_comment()]
        broken = [r"'", r'"', r"/\*"]
        word = r"[^\W\d]\w*"
        if self.backticks:
            names.append(r"`[^`]*(?:``[^`]*)*`")
            broken.append("`")
        if self.brackets:
            names.append(r"\[[^\]]*\]")
            broken.append(r"\[")
        if self.dollar_quotes:
            word = r"[^\W\d][\w$]*"
            strings.append(r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$")
            broken.append(r"\$(?:[^\W\d]\w*)?\$")
        if self.hash_comments:
            comments.append(r"\#[^\n]*")
        executable = r"/\*M?!\d*|\*/" if self.executable_comments else r"(?!)"
        groups: List[str] = [
            r"(?P<space>\s+)",
            rf"(?P<executable>{executable})",
            rf"(?P<comment>{'|'.join(comments)})",
            rf"(?P<string>{'|'.join(strings)})",
            rf"(?P<name>{'|'.join(names)})",
            r"(?P<question>\?\d*)",
            r"(?P<cast>::|:=)",
            r"(?P<named>:[^\W\d]\w*)",
            rf"(?P<word>{word})",
            r"(?P<number>\d\w*)",
            r"(?P<open>\()",
            r"(?P<close>\))",
            r"(?P<semicolon>;)",
            rf"(?P<broken>{'|'.join(broken)})",
            r"(?P<other>.)",
        ]
        return re.compile("|".join(groups), re.DOTALL)

    def _block_comment(self) -> str:
        """Return the expression of ``/* … */``; nested ones to a fixed depth, beyond
        which a comment counts as one without an end."""
        if self.executable_comments:
            return r"/\*(?!M?!).*?\*/"
        if not self.nested_comments:
            return r"/\*.*?\*/"
        inner = r"[^*/]|\*(?!/)|/(?!\*)"
        comment = rf"/\*(?:{inner})*\*/"
        for _ in range(_NESTING):
            comment = rf"/\*(?:{inner}|{comment})*\*/"
        return comment
