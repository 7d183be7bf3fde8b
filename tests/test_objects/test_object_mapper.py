"""Conversion of objects to rows and back, without a database."""

from __future__ import annotations

from typing import Any, List

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.object_mapper import mapper_of
from code_analysis_db.client.objects import Class, File
from code_analysis_db.exceptions import InvalidValueError, UnknownColumnError

from .sample import SAMPLES, Sample


@given(st.lists(SAMPLES, max_size=5))
def test_objects_come_back_from_rows_as_they_were(samples: List[Sample]) -> None:
    """Out and in again, nothing is lost or changed."""
    mapper = mapper_of(Sample)
    assert mapper.from_rows(mapper.to_rows(samples)) == samples


@given(SAMPLES)
def test_a_row_has_every_column_whatever_its_value(sample: Sample) -> None:
    """None and empty containers are written, so that a field can be cleared."""
    row = mapper_of(Sample).to_row(sample)
    assert set(row) == {field.name for field in attrs.fields(Sample)}
    assert row["names"] == sample.names
    assert row["maybe_number"] == sample.maybe_number


def a_class(**fields: Any) -> Class:
    """Return a class of some file."""
    return Class(**{"file_id": new_id(), "name": "A", "line": 1, **fields})


def test_columns_of_a_newer_table_are_left_out() -> None:
    """A column that the class does not know is no error."""
    mapper = mapper_of(Class)
    known = a_class()
    assert mapper.from_rows([{**mapper.to_row(known), "added_later": 7}]) == [known]


def test_a_table_older_than_the_class_is_named() -> None:
    """A column that the rows lack is an error that names it."""
    mapper = mapper_of(Class)
    row = mapper.to_row(a_class())
    del row["docstring"]
    with pytest.raises(UnknownColumnError, match="'classes' lack column 'docstring'"):
        mapper.from_rows([row])


@pytest.mark.parametrize(
    ("column", "stored", "said"),
    [
        ("bases", {"a": 1}, "expected list, got {'a': 1}"),
        ("bases", "ab", "expected list, got 'ab'"),
        ("bases", ["a", 5], "expected str, got 5"),
        ("name", None, "expected str, got None"),
        ("line", "3", "expected int, got '3'"),
        ("line", True, "expected int, got True"),
        ("end_line", 1.5, "expected NoneType or int, got 1.5"),
        ("created_at", "yesterday", "expected datetime, got 'yesterday'"),
    ],
)
def test_a_malformed_value_is_an_error_that_names_the_place(
    column: str, stored: Any, said: str
) -> None:
    """FAILURE 34: no default takes a malformed value's place."""
    mapper = mapper_of(Class)
    good, bad = mapper.to_rows([a_class(), a_class()])
    bad[column] = stored
    with pytest.raises(InvalidValueError) as caught:
        mapper.from_rows([good, bad])
    message = str(caught.value)
    assert f"table 'classes', row id='{bad['id']}', column '{column}'" in message
    assert said in message
    assert (caught.value.table, caught.value.column) == ("classes", column)


def test_an_object_inside_json_is_checked_too() -> None:
    """A fault deep in a JSON value is named with its path."""
    mapper = mapper_of(Sample)
    row = dict.fromkeys(mapper.columns)
    row.update(id=new_id(), text="", flag=True, number=1, counts={})
    row["seen_at"] = mapper_of(Class).to_row(a_class())["created_at"]
    row["places"] = [{"line": 1, "label": "a"}, {"line": "2", "label": "b"}]
    with pytest.raises(InvalidValueError, match=r"got '2' @ places\[1\]\.line"):
        mapper.from_rows([row])


def test_changes_are_checked_and_carry_the_time_of_update() -> None:
    """A misspelt attribute is named with what is near to it."""
    mapper = mapper_of(File)
    row = mapper.to_changes({"lines": None})
    assert set(row) == {"lines", "updated_at"}
    with pytest.raises(UnknownColumnError, match="'linse'.*did you mean 'lines'"):
        mapper.to_changes({"linse": 3})
