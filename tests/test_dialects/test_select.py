"""Selects and aggregates: columns, order, limits, pages, groups."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import DriverQueryError, UnknownColumnError

from .database import Database

_COLUMNS: List[Dict[str, Any]] = [
    {"name": "id", "type": "INTEGER", "primary_key": True},
    {"name": "n", "type": "INTEGER"},
    {"name": "s", "type": "TEXT"},
    {"name": "j", "type": "JSON"},
]
_ROWS: List[List[Any]] = [[1, 2, "b"], [2, None, "a"], [3, 1, None], [4, 2, "a"]]


@pytest.fixture(scope="module")
def database() -> Database:
    """Four rows that no test changes."""
    database = Database(_COLUMNS)
    database.insert(["id", "n", "s"], _ROWS)
    return database


def ids(database: Database, **arguments: Any) -> List[int]:
    """Return the ids of the rows that a select gives."""
    return [row["id"] for row in database.select(**arguments)]


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("id", [1, 2, 3, 4]),
        (["s", "id"], [3, 2, 4, 1]),
        ([("s", "DESC"), ["id", "desc"]], [1, 4, 2, 3]),
        ([("n", "asc"), ("id", "DESC")], [2, 3, 4, 1]),
        ((("n", "DESC"), "id"), [1, 4, 3, 2]),
    ],
)
def test_order_by_takes_names_and_pairs(
    database: Database, order_by: Any, expected: List[int]
) -> None:
    """Pairs may be lists, and the direction's case does not matter."""
    assert ids(database, order_by=order_by) == expected


def test_limit_and_offset_go_alone_and_together(database: Database) -> None:
    """Zero is a limit too."""
    assert ids(database, order_by="id", limit=2) == [1, 2]
    assert ids(database, order_by="id", offset=3) == [4]
    assert ids(database, order_by="id", limit=2, offset=1) == [2, 3]
    assert ids(database, limit=0) == []


def test_distinct_gives_each_row_once(database: Database) -> None:
    """Ordered by selected columns only."""
    rows = database.select(columns=["n"], distinct=True, order_by=["n"])
    assert rows == [{"n": None}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": ["nn"]}, "no column 'nn'; did you mean 'n'"),
        ({"columns": []}, "at least one"),
        ({"columns": "n"}, "a list"),
        ({"columns": ["n", "n"]}, "twice"),
        ({"columns": [["n"]]}, "no column"),
        ({"order_by": "N"}, "did you mean 'n'"),
        ({"order_by": ["n", "DESC"]}, "a pair"),
        ({"order_by": [("n", "down")]}, "ASC or DESC"),
        ({"order_by": 5}, "a name or a list"),
        ({"order_by": "j"}, "no order"),
        ({"columns": ["n"], "distinct": True, "order_by": "s"}, "not selected"),
        ({"limit": -1}, "limit must not be negative"),
        ({"limit": True}, "limit is an int"),
        ({"limit": "1"}, "limit is an int"),
        ({"offset": -1}, "offset must not be negative"),
        ({"offset": 2**63}, "offset must not be negative or huge"),
        ({"after": [1]}, "add the primary key"),
        ({"after": [1], "order_by": "n"}, "add the primary key"),
        ({"after": [1, 2], "order_by": "id"}, "a list of 1 values"),
        ({"after": 1, "order_by": "id"}, "a list of 1 values"),
        ({"after": ["x"], "order_by": "id"}, "does not take the str"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_by_name(
    database: Database, arguments: Dict[str, Any], message: str
) -> None:
    """With what is near to it."""
    with pytest.raises(DriverQueryError, match=message):
        database.statements.select(**arguments)


_small = st.none() | st.integers(0, 3)
_order = st.lists(
    st.tuples(st.sampled_from(["n", "m"]), st.sampled_from(["ASC", "DESC"])),
    max_size=2,
    unique_by=lambda item: item[0],
)


@given(
    rows=st.lists(st.tuples(_small, _small), max_size=8),
    order=_order,
    last=st.sampled_from(["ASC", "DESC"]),
    size=st.integers(1, 3),
)
def test_pages_by_after_pass_over_no_row(
    rows: List[Tuple[Optional[int], Optional[int]]],
    order: List[Tuple[str, str]],
    last: str,
    size: int,
) -> None:
    """Whatever the directions and the NULLs, page after page is the whole."""
    database = Database(
        [
            {"name": "id", "type": "INTEGER", "primary_key": True},
            {"name": "n", "type": "INTEGER"},
            {"name": "m", "type": "INTEGER"},
        ]
    )
    database.insert(["n", "m"], rows)
    order_by = [*order, ("id", last)]
    whole = database.select(order_by=order_by)
    paged: List[Dict[str, Any]] = []
    page = database.select(order_by=order_by, limit=size)
    while page:
        paged += page
        after = [page[-1][name] for name, _ in order_by]
        page = database.select(order_by=order_by, limit=size, after=after)
    assert paged == whole


def test_count_and_aggregates(database: Database) -> None:
    """Over all rows, over some, over groups."""
    statements = database.statements
    assert database.run(statements.count()) == [{"count": 4}]
    assert database.run(statements.count({"n": 2})) == [{"count": 2}]
    calls = {
        "rows": ("count", "*"),
        "filled": ("count", "n"),
        "kinds": ["count_distinct", "s"],
        "sum": ("sum", "n"),
        "avg": ("avg", "n"),
        "low": ("min", "s"),
    }
    assert database.run(statements.aggregate(calls)) == [
        {"rows": 4, "filled": 3, "kinds": 2, "sum": 5, "avg": 5 / 3, "low": "a"}
    ]
    grouped = statements.aggregate({"rows": ("count", "*")}, {"id": [1, 2, 4]}, ["s"])
    assert sorted(database.run(grouped), key=str) == [
        {"s": "a", "rows": 2},
        {"s": "b", "rows": 1},
    ]


@pytest.mark.parametrize(
    ("aggregates", "group_by", "message"),
    [
        ({}, None, "a dict of results"),
        ({"x": "count"}, None, "a function and a column"),
        ({"x": ("summ", "n")}, None, "did you mean 'sum'"),
        ({"x": ("sum", "*")}, None, "no column"),
        ({"x": ("sum", "s")}, None, "not offered over the TEXT"),
        ({"x": ("max", "j")}, None, "not offered over the JSON"),
        ({"s": ("count", "*")}, ["s"], "a name twice"),
        ({"x": ("count", "*")}, ["y"], "no column 'y'"),
    ],
)
def test_an_aggregate_that_cannot_be_is_refused(
    database: Database, aggregates: Any, group_by: Any, message: str
) -> None:
    """By name."""
    with pytest.raises(DriverQueryError, match=message):
        database.statements.aggregate(aggregates, None, group_by)


def test_an_unknown_column_has_a_class_of_its_own(database: Database) -> None:
    """In each place where a column is named."""
    statements = database.statements
    for call in (
        lambda: statements.select(columns=["x"]),
        lambda: statements.select({"x": 1}),
        lambda: statements.select(order_by="x"),
        lambda: statements.update({"id": 1}, {"x": 1}),
        lambda: statements.delete({"id": 1}, returning=["x"]),
        lambda: statements.insert_plan(["x"]),
    ):
        with pytest.raises(UnknownColumnError, match="'x'"):
            call()


def test_the_text_of_equal_shapes_is_made_once(database: Database) -> None:
    """Only the parameters differ."""
    first = database.statements.select({"id": 1, "s": {"like": "a%"}})
    second = database.statements.select({"id": 9, "s": {"like": "_"}})
    assert first.sql is second.sql and first.params != second.params
