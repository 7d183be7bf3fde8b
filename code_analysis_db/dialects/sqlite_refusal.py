"""What raw SQL may not do on SQLite: end the driver's transactions, open other files,
change the settings of connections that others use too, or hide tables from them.
"""

from __future__ import annotations

from typing import Dict, Optional, Sequence

_TRANSACTION = "use begin_transaction, commit_transaction and rollback_transaction"
_SAVEPOINT = "nest transaction() blocks, which are savepoints"
_ATTACH = "a driver owns one database file; start a driver for the other"

_ADVICE: Dict[str, str] = {
    "BEGIN": _TRANSACTION,
    "COMMIT": _TRANSACTION,
    "END": _TRANSACTION,
    "ROLLBACK": _TRANSACTION,
    "SAVEPOINT": _SAVEPOINT,
    "RELEASE": _SAVEPOINT,
    "ATTACH": _ATTACH,
    "DETACH": _ATTACH,
}

_TEMPORARY = (
    "a temporary table, view or trigger would be seen by whichever caller gets the same"
    " connection, in place of a table of that name"
)

_BEFORE_NAMES = ("table", "view", "trigger", "index", "exists")

_READING_PRAGMAS = frozenset(
    "application_id auto_vacuum busy_timeout cache_size collation_list compile_options"
    " data_version database_list encoding foreign_keys freelist_count function_list"
    " journal_mode journal_size_limit max_page_count mmap_size module_list page_count"
    " page_size pragma_list schema_version synchronous table_list temp_store"
    " user_version wal_autocheckpoint foreign_key_check integrity_check"
    " quick_check".split()
)
"""Pragmas that read when they have no argument."""

_ASKING_PRAGMAS = frozenset(
    "foreign_key_check foreign_key_list index_info index_list index_xinfo"
    " integrity_check quick_check table_info table_list table_xinfo".split()
)
"""Pragmas whose argument, in parentheses, says what to read."""


def refusal(verb: str, words: Sequence[str]) -> Optional[str]:
    """Return what to do instead of running a statement, None where it may run."""
    if verb == "PRAGMA":
        return _pragma_refusal([word.lower() for word in words[1:]])
    if verb == "CREATE" and _is_temporary([word.lower() for word in words[1:]]):
        return _TEMPORARY
    return _ADVICE.get(verb)


def _pragma_refusal(words: Sequence[str]) -> Optional[str]:
    """Return why a pragma may not run: it could change something."""
    if words[1:2] == ["."]:
        words = words[2:]
    name, follower = (*words, "", "")[:2]
    reads = name in (_ASKING_PRAGMAS if follower == "(" else _READING_PRAGMAS)
    if reads and follower in ("", "("):
        return None
    return (
        f"the pragma {name!r} may change the driver's connections; settings are given"
        " in the driver's configuration"
    )


def _is_temporary(words: Sequence[str]) -> bool:
    """Tell whether what is created is to be in the schema ``temp``, by keyword or name.

    The name is what comes before the first dot, unless another part of the statement
    has come before: a table's columns, a view's query.
    """
    if words[:1] in (["temp"], ["temporary"]):
        return True
    name = words.index(".") - 1 if "." in words else 0
    return (
        name > 0
        and words[name].strip("\"'`[]") == "temp"
        and words[name - 1] in _BEFORE_NAMES
    )
