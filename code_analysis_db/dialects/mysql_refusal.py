"""What raw SQL may not do on MySQL: end the driver's transactions, change the settings
of connections that others use too, or leave locks and other things behind on them.
"""

from __future__ import annotations

from typing import Dict, Optional, Sequence

_TRANSACTION = "use begin_transaction, commit_transaction and rollback_transaction"
_SAVEPOINT = "nest transaction() blocks, which are savepoints"
_SETTING = (
    "it would change a connection that others use too; settings are given in the"
    " driver's configuration"
)
_LOCK = "the lock would be left on a connection that others use too"
_PREPARED = "it would be left on a connection that others use too; use execute"
_EXECUTABLE = "comments that the server executes (/*! … */) are not taken"

_ADVICE: Dict[str, str] = {
    "BEGIN": _TRANSACTION,
    "START": _TRANSACTION,
    "COMMIT": _TRANSACTION,
    "END": _TRANSACTION,
    "ROLLBACK": _TRANSACTION,
    "XA": _TRANSACTION,
    "SAVEPOINT": _SAVEPOINT,
    "RELEASE": _SAVEPOINT,
    "SET": _SETTING,
    "USE": _SETTING,
    "RESET": _SETTING,
    "LOCK": _LOCK,
    "UNLOCK": _LOCK,
    "FLUSH": _LOCK,
    "BACKUP": _LOCK,
    "PREPARE": _PREPARED,
    "EXECUTE": _PREPARED,
    "DEALLOCATE": _PREPARED,
    "HANDLER": _PREPARED,
}

_TEMPORARY = (
    "a temporary table would be seen by whichever caller gets the same connection, in"
    " place of a table of that name"
)

_LOCK_FUNCTIONS = frozenset({"GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS"})


def refusal(verb: str, words: Sequence[str]) -> Optional[str]:
    """Return what to do instead of running a statement, None where it may run."""
    if any(word.startswith("/*") for word in words):
        return _EXECUTABLE
    advice = _ADVICE.get(verb)
    if advice is not None:
        return advice
    if verb == "CREATE" and _is_temporary(words):
        return _TEMPORARY
    if any(
        word.upper() in _LOCK_FUNCTIONS and following == "("
        for word, following in zip(words, words[1:])
    ):
        return _LOCK
    return None


def _is_temporary(words: Sequence[str]) -> bool:
    """Tell whether what is created goes with its connection:
    ``CREATE [OR REPLACE] TEMPORARY TABLE`` or ``SEQUENCE``."""
    opening = [word.upper() for word in words[1:4]]
    if opening[:2] == ["OR", "REPLACE"]:
        opening = opening[2:]
    return opening[:1] == ["TEMPORARY"]
