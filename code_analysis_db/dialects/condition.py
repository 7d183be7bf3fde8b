"""Conditions without their values: what the text of a ``WHERE`` depends on.

A condition is a tuple, so that it hashes: statements with equal conditions share one
SQL text and differ in their parameters.  Its kinds:

====================================  =============================================
``("true",)`` ``("false",)``          constant
``("and", parts)`` ``("or", parts)``  joined, at least two parts
``("not", part)``                     SQL's three-valued NOT
``(operator, column, …)``             a test of a column (see ``where_operator``)
====================================  =============================================
"""

from __future__ import annotations

from typing import Any, Iterable, List, Tuple

Condition = Tuple[Any, ...]

TRUE: Condition = ("true",)
FALSE: Condition = ("false",)


def is_null(column: str) -> Condition:
    """The column is NULL."""
    return ("is_null", column)


def not_null(column: str) -> Condition:
    """The column is not NULL."""
    return ("not_null", column)


def negation(part: Condition) -> Condition:
    """NOT of a condition; of a constant and of a test for NULL it is one again."""
    if part is TRUE:
        return FALSE
    if part is FALSE:
        return TRUE
    if part[0] == "is_null":
        return not_null(part[1])
    if part[0] == "not_null":
        return is_null(part[1])
    return ("not", part)


def all_of(parts: Iterable[Condition]) -> Condition:
    """AND of conditions: FALSE where one is, without those that are TRUE."""
    return _joined("and", parts, neutral=TRUE, decisive=FALSE)


def any_of(parts: Iterable[Condition]) -> Condition:
    """OR of conditions: TRUE where one is, without those that are FALSE."""
    return _joined("or", parts, neutral=FALSE, decisive=TRUE)


def settled(condition: Condition, params: List[Any], mark: int) -> Condition:
    """Return the condition; a constant takes its parameters, from ``mark``, with it."""
    if len(condition) == 1:
        del params[mark:]
    return condition


def _joined(
    kind: str, parts: Iterable[Condition], neutral: Condition, decisive: Condition
) -> Condition:
    """Join conditions; a column that is NULL and not NULL decides as well."""
    kept: List[Condition] = [part for part in parts if part is not neutral]
    if not kept:
        return neutral
    if decisive in kept:
        return decisive
    nulls = {part[1] for part in kept if part[0] == "is_null"}
    if nulls and any(part[0] == "not_null" and part[1] in nulls for part in kept):
        return decisive
    return kept[0] if len(kept) == 1 else (kind, tuple(kept))
