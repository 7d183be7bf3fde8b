"""Whatever class a user declares, its objects come back as they went."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from keyword import iskeyword
from typing import Annotated, Any, Dict, List, Optional, Tuple, Type
from uuid import UUID

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import Index, Length, PrimaryKey, mapped
from code_analysis_db.client.mapping.table_model import table_model
from code_analysis_db.client.object_mapper import mapper_of
from code_analysis_db.messages.data_result import DataResult
from code_analysis_db.schema.table import Table

from .own_classes import Comment, Priority, Status
from .sample import INTEGERS, JSON_VALUES, MOMENTS, REALS, TEXTS, Place

COMMENTS = st.builds(
    Comment,
    TEXTS,
    st.uuids(),
    MOMENTS,
    st.sampled_from(Status),
    st.none() | st.decimals("-100", "100", places=2),
)
KINDS: Dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: INTEGERS,
    float: REALS,
    bool: st.booleans(),
    bytes: st.binary(max_size=20),
    datetime: MOMENTS,
    date: st.dates(date(1000, 1, 1)),
    time: st.times(),
    Decimal: st.decimals("-1e20", "1e20", places=10),
    UUID: st.uuids(),
    Status: st.sampled_from(Status),
    Priority: st.sampled_from(Priority),
    Comment: COMMENTS,
    List[str]: st.lists(TEXTS, max_size=3),
    List[Comment]: st.lists(COMMENTS, max_size=2),
    List[Optional[date]]: st.lists(st.none() | st.dates(date(1000, 1, 1)), max_size=3),
    Dict[str, Place]: st.dictionaries(TEXTS, st.builds(Place, INTEGERS, TEXTS)),
    Dict[str, List[bytes]]: st.dictionaries(TEXTS, st.lists(st.binary(), max_size=2)),
    Tuple[int, ...]: st.lists(INTEGERS, max_size=3).map(tuple),
    Tuple[UUID, Decimal]: st.tuples(st.uuids(), st.decimals("0", "9", places=3)),
    List[Any]: st.lists(JSON_VALUES, max_size=2),
    Any: JSON_VALUES,
}
KEYS: Dict[Any, st.SearchStrategy[Any]] = {
    UUID: st.uuids(),
    int: INTEGERS,
    Annotated[str, Length(40)]: TEXTS,
}
NAMES = (
    st.sampled_from(["order", "select", "cls", "value_0", "_private", "Größe", "row"])
    | st.from_regex(r"\A_?[a-z][a-z0-9_]{0,12}\Z")
).filter(lambda name: not iskeyword(name.lstrip("_")) and name != "self")

Declared = Tuple[Type[Any], Dict[str, st.SearchStrategy[Any]]]
_numbers = count(1)


@st.composite
def classes(draw: st.DrawFn) -> Declared:
    """Draw a mapped class, and what the values of its attributes are drawn from."""
    names: List[str] = draw(
        st.lists(
            NAMES,
            min_size=1,
            max_size=7,
            unique_by=lambda name: name.casefold().strip("_"),
        )
    )
    attributes: Dict[str, Any] = {}
    annotations: Dict[str, Any] = {}
    values: Dict[str, st.SearchStrategy[Any]] = {}
    key_kind = draw(st.sampled_from(list(KEYS)))
    for name in names:
        is_key = name == names[0]
        kind = key_kind if is_key else draw(st.sampled_from(list(KINDS)))
        values[name] = KEYS[kind] if is_key else KINDS[kind]
        if is_key:
            kind = Annotated[kind, PrimaryKey()]
        elif draw(st.booleans()):
            kind, values[name] = Optional[kind], st.none() | values[name]
        annotations[name] = kind
        attributes[name] = attrs.field(type=kind)
    made = attrs.make_class(
        "Made",
        attributes,
        slots=draw(st.booleans()),
        frozen=draw(st.booleans()),
        kw_only=draw(st.booleans()),
    )
    indexes = [Index([draw(st.sampled_from(_indexable(annotations)))])]
    return mapped(f"made_{next(_numbers)}", indexes=indexes)(made), values


def _indexable(annotations: Dict[str, Any]) -> List[str]:
    """Return the attributes that can be indexed everywhere."""
    numbers = (int, Optional[int], bool, float, UUID)
    return [n for n, kind in annotations.items() if kind in numbers] or [
        next(iter(annotations))
    ]


def objects_of(data: st.DataObject, declared: Declared) -> List[Any]:
    """Draw some objects of a class, with keys of their own."""
    cls, values = declared
    key = table_model(cls).key
    rows: List[Dict[str, Any]] = data.draw(
        st.lists(
            st.fixed_dictionaries(values),
            max_size=3,
            unique_by=lambda row: row[key.name],
        )
    )
    aliases = {column.name: column.alias for column in table_model(cls).columns}
    return [
        cls(**{aliases[name]: value for name, value in row.items()}) for row in rows
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), classes())
def test_a_class_is_a_table_and_its_objects_are_rows(
    data: st.DataObject, declared: Declared
) -> None:
    """The definition is valid; out and in again, nothing is lost or changed."""
    cls, _ = declared
    table = Table.from_definition(table_model(cls).to_definition())
    assert list(table.column_names) == mapper_of(cls).columns
    objects = objects_of(data, declared)
    mapper = mapper_of(cls)
    rows = [list(mapper.to_row(obj).values()) for obj in objects]
    read = mapper.read(DataResult(mapper.columns, rows))
    assert read == objects and all(type(obj) is cls for obj in read)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(st.data(), classes())
def test_objects_come_back_through_a_database(
    client: DatabaseClient, data: st.DataObject, declared: Declared
) -> None:
    """Saved together, read together, one by one and by an update."""
    cls, _ = declared
    objects = objects_of(data, declared)
    repository = client.repository(cls)
    name, key = table_model(cls).name, table_model(cls).key.name
    try:
        assert client.sync(cls)["created_tables"] == [name]
        assert client.sync(cls)["changed"] is False
        assert repository.save_many(objects) == objects
        found = {getattr(obj, key): obj for obj in repository.find()}
        assert found == {getattr(obj, key): obj for obj in objects}
        for obj in objects:
            assert repository.get(getattr(obj, key)) == obj
            assert repository.update(obj) == obj
    finally:
        client.rpc.drop_table(name)
