"""How a dialect writes what is not SQL words: strings, comments, quoted names.

One regular expression a dialect; ``sql_text`` reads statements with it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import List, Pattern

import attrs


@attrs.frozen(slots=True)
class Lexicon:
    """What a dialect's scanner takes for one piece of text.

    Attributes:
        backticks: ``` `name` ``` is a quoted name.
        brackets: ``[name]`` is a quoted name (else it is a subscript).
        dollar_quotes: ``$tag$…$tag$`` is a string.
        backslash_escapes: a backslash escapes inside plain strings.
        hash_comments: ``#`` starts a comment that ends with the line.
    """

    backticks: bool = False
    brackets: bool = False
    dollar_quotes: bool = False
    backslash_escapes: bool = False
    hash_comments: bool = False

    @cached_property
    def pattern(self) -> Pattern[str]:
        """The pieces, as named groups: ``space comment string name word question
        named open close semicolon broken other``.

        A ``broken`` piece starts something that has no end.
        """
        # Unrolled loops: a letter at a time would cost memory for each.
        strings = [r"'[^']*(?:''[^']*)*'"]
        if self.backslash_escapes:
            strings = [r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"]
        names = [r'"[^"]*(?:""[^"]*)*"']
        comments = [r"--[^\n]*", r"/\*.*?\*/"]
        broken = [r"'", r'"', r"/\*"]
        if self.backticks:
            names.append(r"`[^`]*(?:``[^`]*)*`")
            broken.append("`")
        if self.brackets:
            names.append(r"\[[^\]]*\]")
            broken.append(r"\[")
        if self.dollar_quotes:
            strings.append(r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$")
            broken.append(r"\$(?:[^\W\d]\w*)?\$")
        if self.hash_comments:
            comments.append(r"\#[^\n]*")
        groups: List[str] = [
            r"(?P<space>\s+)",
            rf"(?P<comment>{'|'.join(comments)})",
            rf"(?P<string>{'|'.join(strings)})",
            rf"(?P<name>{'|'.join(names)})",
            r"(?P<question>\?\d*)",
            r"(?P<cast>::|:=)",
            r"(?P<named>:[^\W\d]\w*)",
            r"(?P<word>[^\W\d]\w*)",
            r"(?P<number>\d\w*)",
            r"(?P<open>\()",
            r"(?P<close>\))",
            r"(?P<semicolon>;)",
            rf"(?P<broken>{'|'.join(broken)})",
            r"(?P<other>.)",
        ]
        return re.compile("|".join(groups), re.DOTALL)
