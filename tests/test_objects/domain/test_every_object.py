"""Every object of code analysis: stored whole, found again, cleared and deleted."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Type
from uuid import UUID

import attrs
import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping import new_id
from code_analysis_db.client.mapping.table_model import table_model
from code_analysis_db.client.objects import STORED_CLASSES, Project
from code_analysis_db.client.repository import Repository

_VALUES: Dict[Any, Any] = {
    str: "é\U0001f40d",
    int: 2**40,
    float: 0.1 + 0.2,
    bool: True,
    datetime: datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc),
    UUID: new_id(),
    List[str]: ["a", "*args"],
    List[float]: [0.5, -1.0],
    Dict[str, Any]: {"a": [1, None, {"b": "é"}]},
}
_EMPTY: Dict[Any, Any] = {List[str]: [], List[float]: [], Dict[str, Any]: {}}


def stored(client: DatabaseClient, cls: Type[Any], made: Dict[Any, Any]) -> Any:
    """Return a stored object of a class with every field set, made anew with what it
    refers to."""
    if cls not in made:
        model = table_model(cls)
        fields = {
            column.name: _VALUES[column.annotation]
            for column in model.columns
            if column.name != "id"
        }
        for column, reference in model.references:
            fields[column.name] = stored(client, reference.target, made).id
        if cls is Project:
            fields["root_path"] = f"/every/{new_id()}"
        made[cls] = repository_of(client, cls).save(cls(**fields))
    return made[cls]


def repository_of(client: DatabaseClient, cls: Type[Any]) -> Repository[Any]:
    """Return the repository of a class, which the client has under its table's name."""
    repository = getattr(client, table_model(cls).name)
    assert isinstance(repository, Repository)
    return repository


def cleared(cls: Type[Any], obj: Any) -> Iterator[Any]:
    """Yield the object with each field that may be None as None, and each list and
    dict empty."""
    references = {column.name for column, _ in table_model(cls).references}
    for column in table_model(cls).columns:
        if column.nullable:
            yield attrs.evolve(obj, **{column.name: None})
        if column.annotation in _EMPTY:
            yield attrs.evolve(obj, **{column.name: _EMPTY[column.annotation]})
        if column.annotation is bool and column.name not in references:
            yield attrs.evolve(obj, **{column.name: False})


@pytest.mark.parametrize("cls", STORED_CLASSES)
def test_fields_come_back_and_can_be_cleared(
    client: DatabaseClient, cls: Type[Any]
) -> None:
    """FAILURE 34: None, empty lists and False are values like others, saved whole and
    as changes."""
    made: Dict[Any, Any] = {}
    full = stored(client, cls, made)
    repository = repository_of(client, cls)
    assert repository.get(full.id) == full
    for less in cleared(cls, full):
        repository.save(less)
        assert repository.get(full.id) == less
        repository.save(full)
        now = repository.get(full.id)
        for field in attrs.fields(cls):
            if field.name != "updated_at":
                setattr(now, field.name, getattr(less, field.name))
        repository.update(now)
        assert repository.get(full.id) == now
        repository.save(full)
    assert repository.delete(full) is True
    assert repository.get(full.id) is None


@pytest.mark.parametrize("cls", [cls for cls in STORED_CLASSES if cls is not Project])
def test_a_project_takes_all_that_belongs_to_it_along(
    client: DatabaseClient, cls: Type[Any]
) -> None:
    """Every reference up to the project cascades."""
    made: Dict[Any, Any] = {}
    obj = stored(client, cls, made)
    client.projects.delete(made[Project])
    assert repository_of(client, cls).get(obj.id) is None
