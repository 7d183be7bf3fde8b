"""Statements that a connection runs again and again, prepared on the server.

The server then parses and plans them once, which is half of its work for a read by
key.  A statement is prepared when it comes for the third time, in one message with its
execution; of too many the one that was not used for longest goes.

A statement is known again as the same object, not by its text: those over a table are
made anew when the table changes, and what was prepared for it before has other types.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from itertools import count
from typing import Dict, Iterator, Match, NamedTuple, Optional

_THRESHOLD = 3
_MOST = 200
_MOST_COUNTED = 1000
_LONGEST = 10_000
_VERBS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ")
_PREFIX = "_code_analysis_db_"
_PERCENT = re.compile(r"%[s%]")

CHANGED = frozenset({"0A000", "26000", "42804"})
"""What is said of a statement that was prepared for a table which others have changed
since, or on another connection than the one that a pooler between gave."""


class _Prepared(NamedTuple):
    """A prepared statement: its text, which stays in memory so that no other object
    is taken for it; its name; what executes it."""

    sql: str
    name: str
    execution: str


class _Seen(NamedTuple):
    """How often a statement has come."""

    sql: str
    times: int


class PreparedStatements:
    """What is prepared on one connection."""

    __slots__ = ("_numbers", "_pending", "_prepared", "_seen")

    def __init__(self) -> None:
        """Know of nothing that is prepared."""
        self._prepared: "OrderedDict[int, _Prepared]" = OrderedDict()
        self._seen: Dict[int, _Seen] = {}
        self._numbers = count(1)
        self._pending: Optional[_Prepared] = None

    def execution(self, sql: str) -> Optional[str]:
        """Return what executes a statement, None where it is not prepared."""
        prepared = self._prepared.get(id(sql))
        if prepared is None:
            return None
        self._prepared.move_to_end(id(sql))
        return prepared.execution

    def message(self, sql: str, parameters: int) -> str:
        """Return what to send for a statement that is not prepared: itself, or what
        prepares and executes it; that counts as done once :meth:`settle` says so."""
        if len(sql) > _LONGEST or not sql.startswith(_VERBS):
            return sql
        place = id(sql)
        times = self._seen[place].times + 1 if place in self._seen else 1
        if times < _THRESHOLD:
            if len(self._seen) >= _MOST_COUNTED:
                self._seen.clear()
            self._seen[place] = _Seen(sql, times)
            return sql
        del self._seen[place]
        before = ""
        if len(self._prepared) >= _MOST:
            _, oldest = self._prepared.popitem(last=False)
            before = f"DEALLOCATE {oldest.name};"
        name = f"{_PREFIX}{next(self._numbers)}"
        execution = f"EXECUTE {name}"
        if parameters:
            execution += f" ({', '.join(['%s'] * parameters)})"
        self._pending = _Prepared(sql, name, execution)
        return f"{before}PREPARE {name} AS {numbered(sql)};{execution}"

    def settle(self, code: Optional[str]) -> None:
        """Note how the message ended that was to prepare a statement.

        Args:
            code: the server's for its failure, None where there was none.
        """
        pending, self._pending = self._pending, None
        # of the failures only a violated constraint shows that it came to be executed
        if pending is not None and (code is None or code.startswith("23")):
            self._prepared[id(pending.sql)] = pending

    def forget(self) -> str:
        """Forget everything; return the statement that makes the server forget."""
        self._prepared.clear()
        return "DEALLOCATE ALL"


def numbered(sql: str) -> str:
    """Return a statement with ``$1``, ``$2`` … for its parameters; ``%%`` stays, since
    the text goes with the parameters of its execution."""
    numbers: Iterator[int] = count(1)

    def replaced(found: Match[str]) -> str:
        """Return what stands for a placeholder."""
        return f"${next(numbers)}" if found[0] == "%s" else found[0]

    return _PERCENT.sub(replaced, sql)
