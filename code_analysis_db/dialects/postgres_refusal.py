"""What raw SQL may not do on PostgreSQL: end the driver's transactions, change the
settings of connections that others use too, leave things behind on them, or speak
another protocol than that of statements.
"""

from __future__ import annotations

from typing import Dict, Optional, Sequence

_TRANSACTION = "use begin_transaction, commit_transaction and rollback_transaction"
_SAVEPOINT = "nest transaction() blocks, which are savepoints"
_SETTING = (
    "it would change a connection that others use too; settings are given in the"
    " driver's configuration"
)
_CURSOR = "use select_iter, which reads a result in portions"
_PREPARED = "it would be left on a connection that others use too; use execute"
_NOTIFYING = "nobody would read the notifications of a pooled connection"

_ADVICE: Dict[str, str] = {
    "BEGIN": _TRANSACTION,
    "START": _TRANSACTION,
    "COMMIT": _TRANSACTION,
    "END": _TRANSACTION,
    "ROLLBACK": _TRANSACTION,
    "ABORT": _TRANSACTION,
    "SAVEPOINT": _SAVEPOINT,
    "RELEASE": _SAVEPOINT,
    "SET": _SETTING,
    "RESET": _SETTING,
    "DISCARD": _SETTING,
    "LOAD": _SETTING,
    "DECLARE": _CURSOR,
    "FETCH": _CURSOR,
    "MOVE": _CURSOR,
    "CLOSE": _CURSOR,
    "PREPARE": _PREPARED,
    "EXECUTE": _PREPARED,
    "DEALLOCATE": _PREPARED,
    "LISTEN": _NOTIFYING,
    "UNLISTEN": _NOTIFYING,
    "COPY": "use insert_many and select_iter, which copy in bulk",
}

_TEMPORARY = (
    "a temporary object would be seen by whichever caller gets the same connection, in"
    " place of a table of that name"
)

_BEFORE_TEMPORARY = frozenset({"CREATE", "OR", "REPLACE", "GLOBAL", "LOCAL"})
_TEMPORARY_SCHEMA = "PG_TEMP"


def refusal(verb: str, words: Sequence[str]) -> Optional[str]:
    """Return what to do instead of running a statement, None where it may run."""
    if verb == "CREATE" and _is_temporary(words):
        return _TEMPORARY
    if verb in ("SELECT", "TABLE") and _makes_table(words):
        return "use CREATE TABLE … AS"
    return _ADVICE.get(verb)


def _is_temporary(words: Sequence[str]) -> bool:
    """Tell whether what is created goes with its connection, by keyword or schema."""
    upper = [word.upper().strip('"') for word in words]
    kind = next((word for word in upper if word not in _BEFORE_TEMPORARY), "")
    if kind in ("TEMP", "TEMPORARY"):
        return True
    # the name is what comes before the first dot, unless another part came before
    name = upper.index(".") - 1 if "." in upper else 0
    return upper[name] == _TEMPORARY_SCHEMA and "(" not in upper[:name]


def _makes_table(words: Sequence[str]) -> bool:
    """Tell whether a SELECT has an INTO outside of parentheses."""
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if not depth and word.upper() == "INTO":
            return True
        if not depth and word.upper() == "FROM":
            return False
    return False
