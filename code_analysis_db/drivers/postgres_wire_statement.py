"""Statements that a wire runs again and again, prepared on the server.

As :mod:`.postgres_prepared` does it by SQL: a statement gets a name when it comes for
the third time, is known again as the same object, and of too many the one that was not
used for longest goes.  What comes seldom goes without a name, parsed each time.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import count
from typing import Dict, Optional, Sequence, Tuple

from .postgres_prepared import numbered
from .postgres_wire_message import bind_head, forget, parse
from .postgres_wire_value import Decoder

_THRESHOLD = 3
_MOST = 200
_MOST_COUNTED = 1000
_LONGEST = 10_000
_PREFIX = b"_code_analysis_db_wire_"


class WireStatement:
    """A statement as a connection has it.

    Attributes:
        sql: its text, which stays in memory so that no other object is taken for it.
        name: what the server knows it by, empty for the one without a name.
        head: how its Bind message begins.
        decoders: of its rows' values, None until the server has described them.
    """

    __slots__ = ("decoders", "head", "name", "sql")

    def __init__(self, sql: str, name: bytes, parameters: int) -> None:
        """Know nothing of its rows yet."""
        self.sql = sql
        self.name = name
        self.head = bind_head(name, parameters)
        self.decoders: Optional[Sequence[Decoder]] = None


class WireStatements:
    """What is prepared on one connection."""

    def __init__(self, *, named: bool) -> None:
        """Know of nothing that is prepared.

        Args:
            named: whether statements may be prepared under names.
        """
        self._named = named
        self._prepared: "OrderedDict[int, WireStatement]" = OrderedDict()
        self._seen: Dict[int, Tuple[str, int]] = {}
        self._numbers = count(1)
        self._dropped = b""

    def find(self, sql: str, parameters: int) -> Tuple[WireStatement, bytes]:
        """Return a statement, and what is to be sent before it is bound."""
        statement = self._prepared.get(id(sql))
        if statement is not None:
            self._prepared.move_to_end(id(sql))
            return statement, b""
        name = self._name(sql)
        statement = WireStatement(sql, name, parameters)
        before, self._dropped = self._dropped, b""
        if name:
            if len(self._prepared) >= _MOST:
                _, oldest = self._prepared.popitem(last=False)
                before += forget(oldest.name)
            self._prepared[id(sql)] = statement
        # psycopg2 halves the percent signs, which nobody does here
        text = numbered(sql).replace("%%", "%")
        return statement, before + parse(name, text.encode())

    def _name(self, sql: str) -> bytes:
        """Return a name for a statement that comes often, none for another."""
        if not self._named or len(sql) > _LONGEST:
            return b""
        _, before = self._seen.get(id(sql), (sql, 0))
        if before + 1 < _THRESHOLD:
            if len(self._seen) >= _MOST_COUNTED:
                self._seen.clear()
            self._seen[id(sql)] = (sql, before + 1)
            return b""
        del self._seen[id(sql)]
        return _PREFIX + str(next(self._numbers)).encode()

    def drop(self, statement: WireStatement) -> None:
        """Prepare a statement anew when it comes again."""
        if self._prepared.get(id(statement.sql)) is statement:
            del self._prepared[id(statement.sql)]
            self._dropped += forget(statement.name)
