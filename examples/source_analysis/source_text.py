"""A file's text as its tree counts it: lines from 1, columns in UTF-8 bytes."""

from __future__ import annotations

import ast
from importlib.util import decode_source
from typing import List


class SourceText:
    """The text of a Python source file.

    Attributes:
        text: the whole, with line ends as ``\\n``.
    """

    def __init__(self, source: bytes) -> None:
        """Decode a file's bytes as Python does.

        Raises:
            SyntaxError: the file declares an encoding that there is not.
            UnicodeDecodeError: the bytes are not in the encoding.
        """
        self.text = decode_source(source)
        self._lines = self.text.split("\n")

    def lines(self, first: int, last: int) -> List[str]:
        """Return the lines from ``first`` to ``last``, as far as there are any."""
        return self._lines[first - 1 : last]

    def spelling(self, node: ast.expr) -> str:
        """Return an expression as the source spells it, on one line."""
        first, last = node.lineno, node.end_lineno or node.lineno
        lines = [line.encode() for line in self.lines(first, last)]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b" ".join(line.strip() for line in lines).decode()


def storable(text: str) -> str:
    """Return a text without what no database takes: NUL and lone surrogates."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
