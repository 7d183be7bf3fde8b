"""``refers_to``: conditions over the row that a foreign key refers to."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import (
    DriverQueryError,
    GuardError,
    SchemaDefinitionError,
    UnknownColumnError,
    UnsupportedError,
)

from ..unified.definitions import NUMBER, column, table
from ..unified.interface import Database


def refers(own: str, target: str) -> Dict[str, Any]:
    """Return a foreign key."""
    references = {"table": target, "columns": ["id"]}
    return {"type": "foreign_key", "columns": [own], "references": references}


@pytest.fixture
def library(database: Database) -> Database:
    """Shelves with books with pages, and pages that continue pages."""
    named = column("name")
    database.create_table(table("shelves", NUMBER, named))
    keys = [refers("shelf_id", "shelves")]
    shelf = column("shelf_id", "INTEGER")
    database.create_table(table("books", NUMBER, named, shelf, constraints=keys))
    book = column("book_id", "INTEGER", nullable=False)
    before = column("before_id", "INTEGER")
    keys = [refers("book_id", "books"), refers("before_id", "pages")]
    database.create_table(table("pages", NUMBER, book, before, constraints=keys))
    database.insert_many("shelves", [{"name": "low"}, {"name": "high"}])
    database.insert_many(
        "books",
        [
            {"name": "a", "shelf_id": 1},
            {"name": "b", "shelf_id": 2},
            {"name": "b_", "shelf_id": 2},
            {"name": "lost"},
        ],
    )
    database.insert_many("pages", [{"book_id": book} for book in (1, 2, 3, 4)])
    database.insert("pages", {"book_id": 3, "before_id": 3})
    return database


LOW = {"name": "low"}
CASES: List[Any] = [
    ({"book_id": {"refers_to": {"name": "b"}}}, [2]),
    ({"book_id": {"refers_to": {"name": {"startswith": "b"}}}}, [2, 3, 5]),
    ({"book_id": {"refers_to": {"shelf_id": {"refers_to": LOW}}}}, [1]),
    ({"book_id": {"refers_to": {"shelf_id": None}}}, [4]),
    ({"book_id": {"refers_to": {"name": []}}}, []),
    ({"book_id": {"refers_to": {}}}, [1, 2, 3, 4, 5]),
    ({"book_id": {"gt": 2, "refers_to": {"name": {"neq": "lost"}}}}, [3, 5]),
    ({"before_id": {"refers_to": {}}}, [5]),
    ({"before_id": {"refers_to": {"book_id": 3}}}, [5]),
    ({"not": {"before_id": {"refers_to": {"book_id": 1}}}}, [5]),
    (
        {
            "or": [
                {"book_id": {"refers_to": {"name": "a"}}},
                {"id": 4, "book_id": {"refers_to": {"name": "lost"}}},
            ]
        },
        [1, 4],
    ),
]


@pytest.mark.parametrize(("where", "ids"), CASES)
def test_rows_are_found_by_what_they_refer_to(
    library: Database, where: Dict[str, Any], ids: List[int]
) -> None:
    """Alone and beside others, over several tables; NULL refers to nothing."""
    found = library.select("pages", where, ["id"], order_by="id", limit=9)
    assert [row["id"] for row in found] == ids
    assert library.count("pages", where) == len(ids)


def test_writes_take_it_too(library: Database) -> None:
    """Also over the table that is written, and inside a transaction and a batch."""
    of_b = {"book_id": {"refers_to": {"name": {"startswith": "b"}}}}
    assert library.update("pages", of_b, {"before_id": 1}) == 3
    after_first = {"before_id": {"refers_to": {"book_id": 1}}}
    assert library.delete("pages", after_first) == 3
    transaction = library.begin_transaction()
    counted = library.count("pages", of_b, transaction_id=transaction)
    library.rollback_transaction(transaction)
    assert counted == 0
    with pytest.raises(GuardError):
        library.delete("pages", {"book_id": {"refers_to": {}}})


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"id": {"refers_to": {}}}, r"'id' of table 'pages' is none.*\['book_id', 'be"),
        ({"book_id": {"refers_to": 1}}, "where is a dict, not 1"),
        ({"book_id": {"refers_to": {"nmae": 1}}}, "'books' has no column 'nmae'"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    library: Database, where: Dict[str, Any], message: str
) -> None:
    """By the name of the table and the column that it is about."""
    with pytest.raises(DriverQueryError, match=message):
        library.select("pages", where)


def test_columns_that_others_add_are_found(library: Database) -> None:
    """What is known of the other table is read anew when it has changed."""
    with pytest.raises(UnknownColumnError):
        library.count("pages", {"book_id": {"refers_to": {"year": 1}}})
    library.alter_table("books", {"add_columns": [column("year", "INTEGER")]})
    library.update("books", {"id": 2}, {"year": 1})
    assert library.count("pages", {"book_id": {"refers_to": {"year": 1}}}) == 1


def test_nesting_has_an_end(library: Database) -> None:
    """That no database's parser meets first."""
    where: Dict[str, Any] = {"id": 1}
    for _ in range(5):
        where = {"before_id": {"refers_to": where}}
    assert library.count("pages", where) == 0
    with pytest.raises(DriverQueryError, match="nests more than"):
        library.count("pages", {"before_id": {"refers_to": where}})


def test_an_index_takes_none(database: Database) -> None:
    """The condition of an index is over its own table."""
    where = {"book_id": {"refers_to": {"id": 1}}}
    index = {"columns": ["id"], "where": where}
    definition = table("p", NUMBER, column("book_id", "INTEGER"), indexes=[index])
    with pytest.raises((DriverQueryError, SchemaDefinitionError, UnsupportedError)):
        database.create_table(definition)
