"""Values on their way through the driver and a real database."""

from __future__ import annotations

from typing import List
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from code_analysis_db import DatabaseClient
from code_analysis_db.client.objects import File
from code_analysis_db.exceptions import InvalidValueError

from .sample import SAMPLES, Sample


def text_of(sample: Sample) -> str:
    """Return what is unique beside the key."""
    return sample.text


def id_of(sample: Sample) -> UUID:
    """Return the key."""
    return sample.id


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(SAMPLES, max_size=4, unique_by=(text_of, id_of)))
def test_every_kind_of_value_comes_back_as_it_went(
    client: DatabaseClient, samples: List[Sample]
) -> None:
    """Type and value, None and empty included, whatever is in them."""
    repository = client.repository(Sample)
    repository.delete_where(all_rows=True)
    repository.save_many(samples)
    assert repository.find(order_by="id") == sorted(samples, key=id_of)


@pytest.mark.parametrize("stored", ['{"a": 1}', '["a", 5]', "5", '["cut off'])
def test_malformed_json_in_the_database_is_an_error(
    client: DatabaseClient, file: File, stored: str
) -> None:
    """FAILURE 34: table, row and column are named, and no default is made up."""
    good, bad = client.classes.create_many(
        {"file_id": file.id, "name": name, "line": 1} for name in "AB"
    )
    client.rpc.execute(
        "UPDATE classes SET bases = ? WHERE name = 'B' AND file_id = ?",
        (stored, str(file.id)),
    )
    with pytest.raises(InvalidValueError) as caught:
        client.classes.find(file_id=file.id)
    assert (caught.value.table, caught.value.column) == ("classes", "bases")
    assert str(bad.id) in str(caught.value)
    assert client.classes.get(good.id) == good
