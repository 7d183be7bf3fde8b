"""Statements that a connection runs again and again, prepared on the server.

The server then parses and plans them once, which is half of its work for a read by
key.  A statement is prepared when it comes for the third time, in one message with its
execution; of too many the one that was not used for longest goes.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from itertools import count
from typing import Dict, Iterator, Match, Optional

_THRESHOLD = 3
_MOST = 200
_MOST_COUNTED = 1000
_LONGEST = 10_000
_VERBS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
_PREFIX = "_code_analysis_db_"
_PERCENT = re.compile(r"%[s%]")

CHANGED = frozenset({"0A000", "26000"})
"""What is said of a statement that was prepared for a table which has changed since,
or on another connection than the one that a pooler between gave."""


class PreparedStatements:
    """What is prepared on one connection."""

    __slots__ = ("_counts", "_names", "_numbers", "_pending", "_texts")

    def __init__(self) -> None:
        """Know of nothing that is prepared."""
        self._texts: "OrderedDict[str, str]" = OrderedDict()
        self._names: Dict[str, str] = {}
        self._counts: Dict[str, int] = {}
        self._numbers = count(1)
        self._pending: Optional[str] = None

    def execution(self, sql: str) -> Optional[str]:
        """Return what executes a statement, None where it is not prepared."""
        text = self._texts.get(sql)
        if text is not None:
            self._texts.move_to_end(sql)
        return text

    def message(self, sql: str, parameters: int) -> str:
        """Return what to send for a statement that is not prepared: itself, or what
        prepares and executes it; that counts as done once :meth:`settle` says so."""
        seen = self._counts.get(sql, 0) + 1
        if seen < _THRESHOLD or len(sql) > _LONGEST or not sql.startswith(_VERBS):
            if len(self._counts) >= _MOST_COUNTED:
                self._counts.clear()
            self._counts[sql] = seen
            return sql
        del self._counts[sql]
        before = ""
        if len(self._texts) >= _MOST:
            oldest, _ = self._texts.popitem(last=False)
            before = f"DEALLOCATE {self._names.pop(oldest)};"
        name = f"{_PREFIX}{next(self._numbers)}"
        executing = f"EXECUTE {name}"
        if parameters:
            executing += f" ({', '.join(['%s'] * parameters)})"
        self._names[sql] = name
        self._texts[sql] = executing
        self._pending = sql
        return f"{before}PREPARE {name} AS {_numbered(sql)};{executing}"

    def settle(self, code: Optional[str]) -> None:
        """Note how the message ended that was to prepare a statement.

        Args:
            code: the server's for its failure, None where there was none.
        """
        pending, self._pending = self._pending, None
        if pending is not None and code is not None and not code.startswith("23"):
            # only a violated constraint shows that it came to be executed
            self._texts.pop(pending, None)
            self._names.pop(pending, None)

    def forget(self) -> str:
        """Forget everything; return the statement that makes the server forget."""
        self._texts.clear()
        self._names.clear()
        return "DEALLOCATE ALL"


def _numbered(sql: str) -> str:
    """Return a statement with ``$1``, ``$2`` … for its parameters; ``%%`` stays, since
    the text goes with the parameters of its execution."""
    numbers: Iterator[int] = count(1)

    def replaced(found: Match[str]) -> str:
        """Return what stands for a placeholder."""
        return f"${next(numbers)}" if found[0] == "%s" else found[0]

    return _PERCENT.sub(replaced, sql)
