"""The ``where`` grammar, against a model in Python and by its refusals."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import (
    DriverQueryError,
    GuardError,
    InvalidValueError,
    UnknownColumnError,
)

from .database import Database
from .where_model import matches

# Letters that mean something to LIKE, GLOB, ranges or case folding.
_text = st.text("aAbB%_\\*?[]^-é\ud7ff\ue000\U0010ffff ", max_size=4)
_integer = st.one_of(st.integers(-3, 3), st.sampled_from([2**53 + 1, -(2**63)]))
_real = st.sampled_from([-1.5, 0.0, 0.1, 1e300, 2.0])
_blob = st.binary(max_size=2)
_VALUES: Dict[str, st.SearchStrategy[Any]] = {
    "text": _text,
    "fixed": _text,
    "number": _integer,
    "real": _real,
    "blob": _blob,
    "or": _integer,
}
_COLUMNS: List[Dict[str, Any]] = [
    {"name": "text", "type": "TEXT"},
    {"name": "fixed", "type": "TEXT", "nullable": False},
    {"name": "number", "type": "INTEGER"},
    {"name": "real", "type": "REAL"},
    {"name": "blob", "type": "BLOB"},
    {"name": "or", "type": "INTEGER"},
]
_NAMES = [str(column["name"]) for column in _COLUMNS]
_PATTERNS = ("like", "not_like", "ilike", "not_ilike")
_PARTS = ("startswith", "endswith", "contains")


def _whole(pattern: str) -> bool:
    """Tell whether the last backslash of a pattern escapes something."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 0


@st.composite
def _tests(draw: st.DrawFn, name: str) -> Any:
    """Draw what a ``where`` says of a column."""
    value = _VALUES[name]
    operators: Dict[str, st.SearchStrategy[Any]] = {
        "is_null": st.booleans(),
        "is_distinct": st.none() | value,
        "in": st.lists(value, max_size=5),
        "not_in": st.lists(value, max_size=5),
        "between": st.lists(value, min_size=2, max_size=2),
        "not_between": st.lists(value, min_size=2, max_size=2),
        **{operator: value for operator in ("gt", "gte", "lt", "lte")},
        **{operator: st.none() | value for operator in ("eq", "neq")},
    }
    if name in ("text", "fixed"):
        operators.update({operator: _text.filter(_whole) for operator in _PATTERNS})
        operators.update({operator: _text for operator in _PARTS})
    some = st.lists(st.sampled_from(sorted(operators)), min_size=1, max_size=2)
    tested = {operator: draw(operators[operator]) for operator in draw(some)}
    plain = draw(st.none() | value | st.lists(value, max_size=3))
    return draw(st.sampled_from([tested, tested, plain]))


@st.composite
def _entries(draw: st.DrawFn) -> Dict[str, Any]:
    """Draw a ``where`` of columns only."""
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=2, unique=True))
    return {("\\or" if n == "or" else n): draw(_tests(n)) for n in names}


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nest conditions."""
    return st.one_of(
        st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    )


_wheres = st.recursive(_entries(), _nested, max_leaves=6)
_rows = st.lists(
    st.tuples(
        *(
            value if name == "fixed" else st.none() | value
            for name, value in _VALUES.items()
        )
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def database() -> Database:
    """One table for all examples; each fills it anew."""
    return Database(_COLUMNS)


@given(rows=_rows, where=_wheres)
def test_a_where_selects_what_the_model_says(
    database: Database, rows: List[Any], where: Dict[str, Any]
) -> None:
    """Also with NULLs, and the letters that patterns treat as special."""
    database.run(database.statements.delete(None, all_rows=True))
    database.insert(_NAMES, rows)
    expected = [dict(zip(_NAMES, row)) for row in rows]
    selected = database.select(where)
    assert sorted(map(repr, selected)) == sorted(
        repr(row) for row in expected if matches(row, where) is True
    )


@given(rows=_rows, where=_wheres)
def test_a_guard_lets_pass_only_what_leaves_some_row_possible(
    database: Database, rows: List[Any], where: Dict[str, Any]
) -> None:
    """What it stops matches every row there can be."""
    try:
        database.statements.delete(where)
    except GuardError:
        shown = [dict(zip(_NAMES, row)) for row in rows]
        assert all(matches(row, where) for row in shown)


@pytest.mark.parametrize(
    "where",
    [
        None,
        {},
        {"not": {"or": []}},
        {"number": {"not_in": []}},
        {"or": [{"number": 1}, {}]},
        {"or": [{"text": None}, {"text": {"is_null": False}}]},
        {"not": {"text": None, "not": {"text": None}}},
        {"fixed": {"is_null": False}},
        {"fixed": {"neq": None}},
        {"fixed": {"like": "%%"}},
        {"fixed": {"contains": ""}},
        {"fixed": {"startswith": ""}},
        {"and": [{"number": {"not_in": []}}, {}]},
    ],
)
def test_a_where_that_matches_every_row_counts_as_empty(
    database: Database, where: Any
) -> None:
    """For update and delete, which want all_rows then."""
    statements = database.statements
    for make in (statements.delete, lambda w: statements.update(w, {"number": 1})):
        with pytest.raises(GuardError, match="all_rows=True"):
            make(where)
    assert "WHERE" not in statements.delete(where, all_rows=True).sql


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ({"numbr": 1}, UnknownColumnError, "did you mean 'number'"),
        ({"Number": 1}, UnknownColumnError, "did you mean 'number'"),
        ({5: 1}, UnknownColumnError, "no column 5"),
        ({"number": {"gte ": 1}}, DriverQueryError, "did you mean 'gte'"),
        ({"number": {}}, DriverQueryError, "empty condition"),
        ({"and": []}, DriverQueryError, "'and' has an empty list"),
        ({"or": 5}, DriverQueryError, r"write '\\\\or'"),
        ({"not": [1]}, DriverQueryError, "a dict"),
        ({"number": "1"}, InvalidValueError, "does not take the str"),
        ({"number": True}, InvalidValueError, "does not take the bool"),
        ({"number": {"in": [1, None]}}, InvalidValueError, "is_null"),
        ({"number": {"not_in": [None]}}, InvalidValueError, "is_null"),
        ({"number": {"in": 5}}, InvalidValueError, "takes a list"),
        ({"number": {"gt": None}}, InvalidValueError, "NULL"),
        ({"number": {"between": [1]}}, InvalidValueError, "two values"),
        ({"number": {"like": "a"}}, InvalidValueError, "TEXT column"),
        ({"text": {"like": 5}}, InvalidValueError, "does not take the int"),
        ({"text": {"like": None}}, InvalidValueError, "takes text"),
        ({"text": {"like": "a\\"}}, InvalidValueError, "escapes nothing"),
        ({"text": {"ilike": "a\\\\\\"}}, InvalidValueError, "escapes nothing"),
        ({"text": {"like": "a" * 50_001}}, InvalidValueError, "50000 bytes"),
        ({"text": {"is_null": 1}}, InvalidValueError, "true or false"),
        ({"text": "a\0"}, InvalidValueError, "NUL"),
        ({"text": {"match": "word"}}, DriverQueryError, "in none"),
        ({"text": {"match": 5}}, InvalidValueError, "it takes text"),
        ([("text", 1)], DriverQueryError, "where is a dict"),
        ({"blob": [b""] * 32_767}, DriverQueryError, "takes 32766"),
    ],
)
def test_what_the_grammar_lacks_is_refused_by_name(
    database: Database, where: Any, error: type[Exception], message: str
) -> None:
    """Never an empty result."""
    with pytest.raises(error, match=message):
        database.statements.select(where)


def test_a_where_that_nests_without_end_is_refused(database: Database) -> None:
    """Before Python's own stack ends."""
    where: Dict[str, Any] = {"number": 1}
    for _ in range(5_000):
        where = {"not": where}
    with pytest.raises(DriverQueryError, match="nests more than"):
        database.statements.select(where)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("number", list(range(2**62, 2**62 + 10_000))),
        ("text", [f"name {n}" for n in range(10_000)]),
        ("real", [n / 7 for n in range(10_000)]),
        ("blob", [n.to_bytes(2, "big") for n in range(10_000)]),
    ],
)
def test_ten_thousand_values_in_a_list_work(
    database: Database, name: str, values: List[Any]
) -> None:
    """And compare exactly."""
    database.run(database.statements.delete(None, all_rows=True))
    database.insert(["fixed", name], [["", value] for value in values[::1000]])
    assert len(database.select({name: values})) == 10
    assert len(database.select({name: {"in": values[1:999]}})) == 0
    assert len(database.select({name: {"not_in": values[:5000]}})) == 5


def test_lists_of_different_lengths_share_a_text(database: Database) -> None:
    """So that the database prepares it once."""
    statements = database.statements
    texts = {statements.select({"number": list(range(n))}).sql for n in range(1, 50)}
    filled = {statements.select({"real": [0.5] * n}).sql for n in range(1, 50)}
    assert (len(texts), len(filled)) == (1, 7)


def test_two_thousand_alternatives_work(database: Database) -> None:
    """A flat chain of ORs would be too deep for SQLite's parser."""
    database.run(database.statements.delete(None, all_rows=True))
    database.insert(["fixed", "number"], [["a", 1999]])
    where = {"or": [{"number": n, "fixed": "a"} for n in range(2000)]}
    assert len(database.select(where)) == 1


def test_a_backslash_reaches_columns_with_any_name() -> None:
    """Those named as a connective, and those that start with a backslash."""
    names = ["or", "and", "not", "\\x", "x"]
    database = Database([{"name": name, "type": "INTEGER"} for name in names])
    database.insert(names, [[1, 2, 3, 4, 5]])
    where = {"\\or": 1, "\\and": 2, "\\not": 3, "\\\\x": 4, "\\x": 5, "x": 5}
    assert len(database.select(where)) == 1
    assert len(database.select({"\\x": 4})) == 0


def test_json_compares_as_a_whole() -> None:
    """Keys in any order; a value that is a dict goes in eq."""
    database = Database([{"name": "j", "type": "JSON"}])
    database.insert(["j"], [[{"a": 1, "b": [2]}], [[1, 2]], [None]])
    assert len(database.select({"j": {"eq": {"b": [2], "a": 1}}})) == 1
    assert len(database.select({"j": {"in": [[1, 2], {"b": [2], "a": 1}]}})) == 2
    assert len(database.select({"j": {"neq": [1, 2]}})) == 1
    assert len(database.select({"j": {"is_distinct": [1, 2]}})) == 2
    with pytest.raises(DriverQueryError, match="goes in {'eq': value}"):
        database.select({"j": {"xyz": 1}})
    with pytest.raises(InvalidValueError, match="no order"):
        database.select({"j": {"gt": 1}})
