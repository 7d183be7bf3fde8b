"""Many objects as one block of rows, without a dict for each."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from code_analysis_db.client.object_mapper import mapper_of
from code_analysis_db.exceptions import InvalidValueError
from code_analysis_db.objects import CodeContent, Function, Usage


def test_a_block_has_the_rows_of_its_objects() -> None:
    """The same values as one row after the other, JSON included."""
    functions = [
        Function(file_id=uuid4(), name="f", line=1, args=["a", "*b"]),
        Function(file_id=uuid4(), name="g", line=2, args=None, docstring="Say."),
        Function(file_id=uuid4(), name="h", line=3, args=[]),
    ]
    mapper = mapper_of(Function)
    assert mapper.to_block(functions).to_dicts() == mapper.to_rows(functions)
    assert mapper.to_block([]).rows == []


def test_a_block_is_sent_with_texts_for_ids() -> None:
    """Other values stay as they are, None and what is no id among them."""
    file_id, mapper = uuid4(), mapper_of(CodeContent)
    contents = [
        CodeContent(file_id=file_id, entity_type="file", content="a"),
        CodeContent(
            file_id=file_id, entity_type="file", content="b", entity_id=uuid4()
        ),
        CodeContent(file_id=cast(Any, "x"), entity_type="file", content="c"),
    ]
    block = mapper.to_block(contents)
    ids = ("id", "file_id", "entity_id")
    assert mapper.to_sent(block).to_dicts() == [
        {**row, **{name: row[name] and str(row[name]) for name in ids}}
        for row in mapper.to_rows(contents)
    ]
    assert type(block.rows[0][block.columns.index("file_id")]) is UUID
    assert mapper.to_sent(mapper.to_block([])).rows == []


def test_a_value_that_cannot_be_stored_is_named() -> None:
    """By class and attribute, as in a single row."""
    usage = Usage(
        file_id=uuid4(), line=1, usage_type="call", target_type="class", target_name="A"
    )
    usage.context = cast(Any, ["no dict"])
    with pytest.raises(InvalidValueError, match="'Usage'.*context"):
        mapper_of(Usage).to_block([usage])


def test_objects_know_the_row_of_the_block_that_they_are_stored_as() -> None:
    """What they differ in later is what a partial update sends."""
    functions = [Function(file_id=uuid4(), name=name, line=1) for name in "fg"]
    mapper = mapper_of(Function)
    mapper.stored_block(functions, mapper.to_block(functions))
    functions[1].complexity = 7
    assert mapper.differences(functions[0]) == {}
    assert mapper.differences(functions[1]) == {"complexity": 7}
