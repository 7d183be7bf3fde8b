"""What ``where`` refuses, by name and never with an empty result."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    InvalidRequestError,
    InvalidValueError,
    UnknownColumnError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with the table ``t`` of one row: an int, a text, a JSON value."""
    columns = [NUMBER, column("n", "INTEGER"), column("s"), column("j", "JSON")]
    database.create_table(table("t", *columns))
    database.insert("t", {"n": 1, "s": "a", "j": {}})
    return database


CALLS: Dict[str, Callable[[Database, Any], Any]] = {
    "select": lambda d, where: d.select("t", where),
    "select_iter": lambda d, where: list(d.select_iter("t", where)),
    "count": lambda d, where: d.count("t", where),
    "aggregate": lambda d, where: d.aggregate("t", {"n": ("count", "*")}, where),
    "update": lambda d, where: d.update("t", where, {"n": 2}),
    "delete": lambda d, where: d.delete("t", where),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ({"nn": 1}, UnknownColumnError, "did you mean 'n'"),
        ({"n": {"gte ": 1}}, DriverQueryError, "did you mean 'gte'"),
        ({"n": {"in": [1, None]}}, InvalidValueError, "is_null"),
    ],
    ids=["column", "operator", "value"],
)
def test_every_call_refuses_the_same(
    filled: Database, call: str, where: Any, error: type[Exception], message: str
) -> None:
    """And does nothing."""
    with pytest.raises(error, match=message):
        CALLS[call](filled, where)
    assert filled.select("t") == [{"id": 1, "n": 1, "s": "a", "j": {}}]


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ({"N": 1}, UnknownColumnError, "did you mean 'n'"),
        ({"n": {}}, DriverQueryError, "empty condition"),
        ({"and": []}, DriverQueryError, "'and' has an empty list"),
        ({"or": 5}, DriverQueryError, "'or' takes a list"),
        ({"or": [5]}, DriverQueryError, "a dict"),
        ({"not": [{"n": 1}]}, DriverQueryError, "a dict"),
        ({"n": "1"}, InvalidValueError, "does not take the str"),
        ({"n": 1.5}, InvalidValueError, "does not take the float"),
        ({"n": True}, InvalidValueError, "does not take the bool"),
        ({"n": 2**63}, InvalidValueError, "64 bits"),
        ({"n": {"not_in": [None]}}, InvalidValueError, "is_null"),
        ({"n": {"in": 5}}, InvalidValueError, "takes a list"),
        ({"n": {"in": "12"}}, InvalidValueError, "takes a list"),
        ({"n": {"gt": None}}, InvalidValueError, "NULL"),
        ({"n": {"between": [1]}}, InvalidValueError, "two values"),
        ({"n": {"between": [1, None]}}, InvalidValueError, "two values"),
        ({"n": {"like": "a"}}, InvalidValueError, "TEXT column"),
        ({"n": {"contains": "a"}}, InvalidValueError, "TEXT column"),
        ({"s": {"like": 5}}, InvalidValueError, "does not take the int"),
        ({"s": {"like": None}}, InvalidValueError, "takes text"),
        ({"s": {"startswith": None}}, InvalidValueError, "takes text"),
        ({"s": {"like": "a\\"}}, InvalidValueError, "escapes nothing"),
        ({"s": {"not_ilike": "a\\\\\\"}}, InvalidValueError, "escapes nothing"),
        ({"s": {"is_null": 1}}, InvalidValueError, "true or false"),
        ({"s": "a\0"}, InvalidValueError, "NUL"),
        ({"s": {"like": "a\0"}}, InvalidValueError, "NUL"),
        ({"j": {"gt": 1}}, InvalidValueError, "no order"),
        ({"j": {"between": [1, 2]}}, InvalidValueError, "no order"),
        ({"j": {"a": 1}}, DriverQueryError, "goes in {'eq': value}"),
    ],
    ids=repr,
)
def test_what_the_grammar_lacks(
    filled: Database, where: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        filled.select("t", where)


@pytest.mark.parametrize("where", [[("n", 1)], "n = 1", 5, {5: 1}])
def test_what_is_no_condition_at_all(filled: Database, where: Any) -> None:
    with pytest.raises((DriverQueryError, InvalidRequestError, InvalidValueError)):
        filled.select("t", where)


def test_a_condition_that_nests_without_end(filled: Database) -> None:
    where: Dict[str, Any] = {"n": 1}
    for _ in range(400):
        where = {"not": where}
    with pytest.raises((DriverQueryError, InvalidRequestError), match="nest"):
        filled.select("t", where)
