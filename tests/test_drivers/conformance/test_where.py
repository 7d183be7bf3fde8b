"""The operators of ``where``, one by one: which rows each finds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database

WORDS = ["apple", "Apple", "a_ple", "a%ple", "a\\ple", "", " apple", "apple ", None]

TEXT_CASES: List[Any] = [
    # plain values
    ("apple", ["apple"]),
    ("", [""]),
    (None, [None]),
    (["apple", "Apple", "pear"], ["apple", "Apple"]),
    (("apple",), ["apple"]),
    ([], []),
    # equality
    ({"eq": "apple "}, ["apple "]),
    ({"eq": None}, [None]),
    ({"neq": "apple"}, ["Apple", "a_ple", "a%ple", "a\\ple", "", " apple", "apple "]),
    ({"neq": None}, WORDS[:-1]),
    ({"is_distinct": "apple"}, WORDS[1:]),
    ({"is_distinct": None}, WORDS[:-1]),
    ({"is_null": True}, [None]),
    ({"is_null": False}, WORDS[:-1]),
    # order, by code points
    ({"gt": "apple"}, ["apple "]),
    ({"gte": "apple"}, ["apple", "apple "]),
    ({"lt": "a%ple"}, ["Apple", "", " apple"]),
    ({"lte": "a%ple"}, ["Apple", "a%ple", "", " apple"]),
    ({"between": ["a", "apple"]}, ["apple", "a_ple", "a%ple", "a\\ple"]),
    ({"not_between": ["a", "apple"]}, ["Apple", "", " apple", "apple "]),
    ({"between": ["b", "a"]}, []),
    # lists
    ({"in": ["apple", "apple"]}, ["apple"]),
    ({"in": []}, []),
    ({"not_in": ["apple", "Apple", ""]}, WORDS[2:5] + WORDS[6:8]),
    ({"not_in": []}, WORDS),
    # patterns
    ({"like": "a%ple"}, ["apple", "a_ple", "a%ple", "a\\ple"]),
    ({"like": "a_ple"}, ["apple", "a_ple", "a%ple", "a\\ple"]),
    ({"like": "a\\_ple"}, ["a_ple"]),
    ({"like": "a\\%ple"}, ["a%ple"]),
    ({"like": "a\\\\ple"}, ["a\\ple"]),
    ({"like": "\\apple"}, ["apple"]),
    ({"like": "apple"}, ["apple"]),
    ({"like": "%"}, WORDS[:-1]),
    ({"like": ""}, [""]),
    ({"like": "_____"}, WORDS[:5]),
    ({"like": "% "}, ["apple "]),
    ({"not_like": "a%"}, ["Apple", "", " apple"]),
    ({"ilike": "APPLE"}, ["apple", "Apple"]),
    ({"ilike": "%PLE"}, WORDS[:5] + [" apple"]),
    ({"ilike": "A\\_%"}, ["a_ple"]),
    ({"not_ilike": "A%"}, ["", " apple"]),
    # parts, in which nothing is special
    ({"startswith": "a"}, ["apple", "a_ple", "a%ple", "a\\ple", "apple "]),
    ({"startswith": "a_"}, ["a_ple"]),
    ({"startswith": "a%"}, ["a%ple"]),
    ({"startswith": ""}, WORDS[:-1]),
    ({"endswith": "ple"}, WORDS[:5] + [" apple"]),
    ({"endswith": "\\ple"}, ["a\\ple"]),
    ({"endswith": " "}, ["apple "]),
    ({"contains": "%"}, ["a%ple"]),
    ({"contains": "pp"}, ["apple", "Apple", " apple", "apple "]),
    ({"contains": ""}, WORDS[:-1]),
    # several are joined by AND
    ({"gte": "a", "lt": "apple "}, ["apple", "a_ple", "a%ple", "a\\ple"]),
    ({"startswith": "a", "endswith": "e", "neq": "apple"}, WORDS[2:5]),
]


@pytest.fixture
def words(database: Database) -> Database:
    """A database with the table ``t`` of words."""
    columns = [NUMBER, column("word"), column("size", "INTEGER"), column("or")]
    database.create_table(table("t", *columns))
    rows = [
        {"word": word, "size": None if word is None else len(word)} for word in WORDS
    ]
    database.insert_many("t", rows)
    return database


def found(database: Database, where: Dict[str, Any]) -> List[Any]:
    """Return the words that a condition finds, in their order."""
    rows = database.select("t", where, ["word"], order_by="id")
    return [row["word"] for row in rows]


def test_operators_over_text(words: Database) -> None:
    """Case counts unless said otherwise, and so do trailing spaces."""
    wrong = {}
    for test, expected in TEXT_CASES:
        given = found(words, {"word": test})
        if given != expected or words.count("t", {"word": test}) != len(expected):
            wrong[str(test)] = given
    assert not wrong


def test_entries_are_joined_by_and(words: Database) -> None:
    assert found(words, {"word": {"contains": "pp"}, "size": 5}) == ["apple", "Apple"]
    assert found(words, {"word": "apple", "size": 6}) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"or": [{"word": "apple"}, {"word": None}]}, ["apple", None]),
        ({"or": [{"word": "apple", "size": 9}, {"size": 0}]}, [""]),
        ({"or": []}, []),
        ({"or": [{"size": 5}], "word": {"like": "A%"}}, ["Apple"]),
        ({"and": [{"size": 5}, {"word": {"startswith": "A"}}]}, ["Apple"]),
        ({"and": [{"or": [{"size": 0}, {"size": 6}]}, {"size": 6}]}, WORDS[6:8]),
        ({"not": {"size": 5}}, ["", " apple", "apple "]),
        ({"not": {"size": {"neq": 5}}}, WORDS[:5]),
        ({"not": {"size": 5, "word": {"neq": "apple"}}}, ["apple"] + WORDS[5:8]),
        ({"not": {"size": None}}, WORDS[:-1]),
        ({"not": {"or": [{"size": 5}, {"size": 6}]}}, [""]),
        ({"not": {"not": {"size": 0}}}, [""]),
        ({"not": {"word": {"in": ["apple"]}, "size": {"is_null": True}}}, WORDS[:-1]),
        ({"not": {"word": {"is_distinct": "apple"}}}, ["apple"]),
    ],
)
def test_nesting(words: Database, where: Any, expected: List[Any]) -> None:
    """``not`` is SQL's: what is unknown for a NULL stays unknown."""
    assert found(words, where) == expected


def test_a_column_named_like_a_connective(words: Database) -> None:
    """Is written with a backslash before it."""
    words.update("t", {"word": "apple"}, {"or": "x"})
    assert found(words, {"\\or": "x"}) == ["apple"]
    assert found(words, {"\\or": {"neq": None}, "or": [{"size": 5}]}) == ["apple"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("INTEGER", [-(2**63), -1, 2**53, 2**53 + 1, 2**63 - 1]),
        ("REAL", [-1e308, 0.1, 0.2, 0.30000000000000004, 1e308]),
        ("BOOLEAN", [False, True]),
        ("DATETIME", [dt.datetime(2024, 1, 1, 0, 0, 0, n) for n in range(4)]),
        ("DATE", [dt.date(1000, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]),
        ("TIME", [dt.time(0), dt.time(12, 0, 0, 1), dt.time(23, 59, 59, 999999)]),
        ("DECIMAL", [Decimal("-10"), Decimal("-9.99"), Decimal("0.1"), Decimal(10)]),
        ("BLOB", [b"", b"\0", b"A", b"a", b"\xff\\%"]),
        ("UUID", [UUID(int=1), UUID(int=2**127), UUID(int=2**128 - 1)]),
    ],
)
def test_operators_over_every_type(
    database: Database, kind: str, values: List[Any]
) -> None:
    """``values`` stand in their order."""
    database.create_table(table("t", NUMBER, column("v", kind)))
    database.insert_many("t", [{"v": value} for value in [*values, None]])
    first, *_, last = values
    middle = values[len(values) // 2]

    def count(test: Any) -> int:
        """Count the rows that a test finds."""
        return database.count("t", {"v": test})

    size = len(values)
    assert count(middle) == count({"eq": middle}) == count([middle, middle]) == 1
    assert count({"neq": middle}) == size - 1
    assert count({"is_distinct": middle}) == size
    assert count({"gt": first}) == count({"lt": last}) == size - 1
    assert count({"gte": first}) == count({"lte": last}) == size
    assert count({"between": [first, last]}) == size
    assert count({"not_between": [first, middle]}) == values[::-1].index(middle)
    assert count({"in": values}) == count({"in": tuple(values)}) == size
    assert count({"not_in": [first, last]}) == size - 2
    assert count({"is_null": True}) == count(None) == 1


def test_json_is_compared_as_a_value(database: Database) -> None:
    """In ``eq`` and the like; the order of keys does not matter, types do."""
    database.create_table(table("t", NUMBER, column("v", "JSON")))
    values: List[Any] = [{"a": 1, "b": [None]}, {"a": 1}, [1], [1.0], "1", 1, True, []]
    database.insert_many("t", [{"v": value} for value in [*values, None]])

    def ids(test: Any) -> List[int]:
        """Return the ids that a test finds."""
        rows = database.select("t", {"v": test}, order_by="id")
        return [row["id"] for row in rows]

    assert ids({"eq": {"b": [None], "a": 1}}) == [1]
    for place, value in enumerate(values, start=1):
        assert ids({"eq": value}) == [place]
    assert ids({"neq": [1]}) == [1, 2, 4, 5, 6, 7, 8]
    assert ids({"is_distinct": {"a": 1}}) == [1, 3, 4, 5, 6, 7, 8, 9]
    assert ids({"in": [[1], "1", {"a": 2}]}) == [3, 5]
    assert ids({"not_in": [[1], "1"]}) == [1, 2, 4, 6, 7, 8]
    assert ids(None) == [9]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("INTEGER", list(range(2**62, 2**62 + 10_000))),
        ("TEXT", [f"name {number} 🐍" for number in range(10_000)]),
        ("REAL", [number / 10 for number in range(10_000)]),
        ("BLOB", [number.to_bytes(3, "big") for number in range(10_000)]),
        ("DATE", [dt.date.fromordinal(700_000 + number) for number in range(10_000)]),
        ("UUID", [UUID(int=number) for number in range(10_000)]),
    ],
)
def test_a_list_of_ten_thousand_values(
    database: Database, kind: str, values: List[Any]
) -> None:
    database.create_table(table("t", NUMBER, column("v", kind)))
    stored = [values[0], values[5_000], values[-1]]
    database.insert_many("t", [{"v": value} for value in [*stored, None]])
    assert database.count("t", {"v": values}) == 3
    assert database.count("t", {"v": {"not_in": values[1:]}}) == 1


def test_a_comparand_may_be_one_that_the_column_could_not_hold(
    database: Database,
) -> None:
    """It is compared, not rounded or cut."""
    money = column("price", "DECIMAL", precision=6, scale=2)
    database.create_table(table("t", NUMBER, money, column("code", length=3)))
    database.insert("t", {"price": Decimal("1.50"), "code": "abc"})
    assert database.count("t", {"price": {"lt": Decimal("1.501")}}) == 1
    assert database.count("t", {"price": {"gt": Decimal("1.4999")}}) == 1
    assert database.count("t", {"price": Decimal("1.501")}) == 0
    assert database.count("t", {"price": Decimal("1.5000")}) == 1
    assert database.count("t", {"price": {"lt": Decimal("1E+20")}}) == 1
    assert database.count("t", {"price": [Decimal("1.5"), Decimal("1E+20")]}) == 1
    assert database.count("t", {"code": "abcd"}) == 0
    assert database.count("t", {"code": {"lt": "abcd"}}) == 1
    assert database.count("t", {"code": {"in": ["abcd", "abc"]}}) == 1


@pytest.mark.parametrize("key", ["or", "and", "not"])
def test_conditions_nest_deeply(words: Database, key: str) -> None:
    """Fourteen levels that come to the same as the innermost."""
    where: Dict[str, Any] = {"size": 5, "word": {"like": "a%"}}
    for _ in range(14):
        wrapped = {"or": [{"size": 9, "word": "x"}, where], "and": [where]}
        where = {"size": {"lt": 9}, key: wrapped.get(key, where)}
    assert found(words, where) == ["apple", "a_ple", "a%ple", "a\\ple"]


def test_many_alternatives(words: Database) -> None:
    wheres = [{"size": 5, "word": f"w{number}"} for number in range(400)]
    assert found(words, {"or": [*wheres, {"size": 5, "word": "Apple"}]}) == ["Apple"]
