"""The SQL text of conditions."""

from __future__ import annotations

from typing import Callable, Iterator, List, Mapping, Optional, Sequence

from .base import Dialect
from .column_codec import ColumnCodec
from .condition import Condition

_COMPARISONS = {"eq": "=", "neq": "<>"}
_ORDER_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

Subselect = Callable[[str, str, Condition], str]
"""Writes the select of a column of another table's rows that match."""


class ConditionText:
    """Writes conditions over the columns of one table.

    The parameters are asked for in the order in which they stand in the text, so that
    literals can take their place.
    """

    def __init__(
        self,
        codecs: Mapping[str, ColumnCodec],
        dialect: Dialect,
        literals: Optional[Iterator[str]] = None,
        subselect: Optional[Subselect] = None,
    ) -> None:
        """Prepare to write placeholders or, if given, literals in their order.

        Args:
            subselect: writes conditions over other tables, where there may be some.
        """
        self._subselect = subselect
        self._codecs = codecs
        self._dialect = dialect
        self._literals = literals

    def write(self, condition: Condition) -> str:
        """Return the text; every part that needs parentheses has them."""
        kind = condition[0]
        if kind in ("and", "or"):
            return _balanced([self.write(p) for p in condition[1]], f" {kind.upper()} ")
        if kind == "not":
            return f"NOT ({self.write(condition[1])})"
        if kind in ("true", "false"):
            return "1 = 1" if kind == "true" else "1 = 0"
        codec = self._codecs[condition[1]]
        comparison = _COMPARISONS.get(kind)
        if comparison is not None:
            return f"{codec.term} {comparison} {self._parameter()}"
        comparison = _ORDER_COMPARISONS.get(kind)
        if comparison is not None:
            return f"{codec.ordered_term} {comparison} {self._parameter()}"
        return self._writers[kind](self, codec, condition)

    def _parameter(self) -> str:
        """Return what stands for the next parameter."""
        if self._literals is None:
            return self._dialect.placeholder
        return next(self._literals)

    def _is_null(self, codec: ColumnCodec, condition: Condition) -> str:
        """``is_null``."""
        return f"{codec.quoted} IS NULL"

    def _not_null(self, codec: ColumnCodec, condition: Condition) -> str:
        """``not_null``."""
        return f"{codec.quoted} IS NOT NULL"

    def _between(self, codec: ColumnCodec, condition: Condition) -> str:
        """``between``, both bounds included."""
        low = self._parameter()
        return f"({codec.ordered_term} BETWEEN {low} AND {self._parameter()})"

    def _is_distinct(self, codec: ColumnCodec, condition: Condition) -> str:
        """``is_distinct`` from a value."""
        return self._dialect.is_distinct(codec.term, self._parameter())

    def _in(self, codec: ColumnCodec, condition: Condition) -> str:
        """``in`` with a packed list (0), or with so many values."""
        count: int = condition[2]
        if not count:
            return self._dialect.in_packed(codec.column, self._parameter())
        values = ", ".join(self._parameter() for _ in range(count))
        return f"{codec.term} IN ({values})"

    def _like(self, codec: ColumnCodec, condition: Condition) -> str:
        """``like``, case-sensitive or not."""
        return self._dialect.like(codec.term, condition[2], self._parameter())

    def _prefix(self, codec: ColumnCodec, condition: Condition) -> str:
        """``startswith`` as the range that it is, so that an index serves it."""
        term = codec.ordered_term
        low = f"{term} >= {self._parameter()}"
        if not condition[2]:
            return low
        return f"({low} AND {term} < {self._parameter()})"

    def _match(self, codec: ColumnCodec, condition: Condition) -> str:
        """``match``, whose text the dialect's fulltext part has made."""
        text: str = condition[2]
        return text

    def _refers_to(self, codec: ColumnCodec, condition: Condition) -> str:
        """``refers_to``: the column is among those of the other table's rows."""
        assert self._subselect is not None, "the reader refused it"
        return f"{codec.term} IN ({self._subselect(*condition[2:])})"

    _writers: Mapping[str, Callable[["ConditionText", ColumnCodec, Condition], str]] = {
        "is_null": _is_null,
        "not_null": _not_null,
        "between": _between,
        "is_distinct": _is_distinct,
        "in": _in,
        "like": _like,
        "prefix": _prefix,
        "refers_to": _refers_to,
        "match": _match,
    }


def _balanced(texts: Sequence[str], joiner: str) -> str:
    """Join texts as a balanced tree in parentheses.

    A flat chain of a thousand ORs is a thousand levels deep to SQLite's parser, which
    is its limit.
    """
    level: List[str] = list(texts)
    while len(level) > _CHAIN:
        level = [
            f"({joiner.join(level[start : start + _CHAIN])})"
            for start in range(0, len(level), _CHAIN)
        ]
    return f"({joiner.join(level)})"


_CHAIN = 50
