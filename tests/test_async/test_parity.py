"""Whatever the blocking client can do, the one for asyncio can do too."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any, Dict, Iterator, List, Tuple, Type, Union

import pytest

from code_analysis_db import AsyncDatabaseClient, DatabaseClient
from code_analysis_db.client import Batch, DatabaseTransaction, RpcClient
from code_analysis_db.client.aio import (
    AsyncBatch,
    AsyncDatabaseTransaction,
    AsyncRpcClient,
)
from code_analysis_db.client.aio.repositories import AsyncRepositories
from code_analysis_db.client.aio.repository import AsyncRepository
from code_analysis_db.client.aio.row_stream import AsyncStream
from code_analysis_db.client.repositories import Repositories
from code_analysis_db.client.repository import Repository
from code_analysis_db.client.row_stream import Stream

# What performs the operations of repositories; each client has its own way of it.
INNER = {"run", "perform", "stream", "ending"}


def _repository_class(attribute: Any) -> Type[Any]:
    """Return the class of the repository that an attribute of a client is."""
    annotation = inspect.get_annotations(attribute.func, eval_str=True)["return"]
    found: Any = getattr(annotation, "__origin__", annotation)
    assert isinstance(found, type)
    return found


def _repositories(owner: Type[Any]) -> Dict[str, Type[Any]]:
    """Return the repositories of a client under their names."""
    return {
        name: _repository_class(attribute)
        for name, attribute in inspect.getmembers(owner)
        if isinstance(attribute, cached_property)
    }


BLOCKING, AWAITED = _repositories(Repositories), _repositories(AsyncRepositories)

PAIRS: List[Tuple[Type[Any], Type[Any]]] = [
    (RpcClient, AsyncRpcClient),
    (DatabaseTransaction, AsyncDatabaseTransaction),
    (DatabaseClient, AsyncDatabaseClient),
    (Batch, AsyncBatch),
    (Stream, AsyncStream),
    (Repository, AsyncRepository),
    *((BLOCKING[name], AWAITED[name]) for name in sorted(BLOCKING)),
]


def _public(owner: Type[Any]) -> Iterator[Tuple[str, Any]]:
    """Yield what users reach of a class, under its name."""
    for name, member in inspect.getmembers(owner):
        if not name.startswith("_") and name not in INNER:
            yield name, member


def _shape(method: Any) -> List[Tuple[str, Any, Any]]:
    """Return the parameters of a method: name, kind and default of each."""
    return [
        (parameter.name, parameter.kind, parameter.default)
        for parameter in inspect.signature(method).parameters.values()
    ]


@pytest.mark.parametrize(
    "blocking, awaited", PAIRS, ids=[f"{one.__name__}" for one, _ in PAIRS]
)
def test_every_public_method_is_there_with_the_same_parameters(
    blocking: Type[Any], awaited: Type[Any]
) -> None:
    """And has a docstring."""
    others = dict(_public(awaited))
    for name, member in _public(blocking):
        assert name in others, f"{awaited.__name__} has no {name}"
        if inspect.isfunction(member):
            other = others[name]
            assert _shape(member) == _shape(other), f"{awaited.__name__}.{name}"
            assert inspect.getdoc(other)


def test_every_repository_is_there_and_of_the_class_that_goes_with_it() -> None:
    """``client.files`` is what it is on the blocking client, with Async before it."""
    expected = {name: f"Async{cls.__name__}" for name, cls in BLOCKING.items()}
    assert {name: cls.__name__ for name, cls in AWAITED.items()} == expected


@pytest.mark.parametrize("method", ["create", "find", "get", "save_many"])
def test_methods_of_repositories_are_awaited(method: str) -> None:
    """A method that was left blocking would hold the event loop up."""
    found: Union[Any, None] = getattr(AsyncRepository, method)
    assert inspect.iscoroutinefunction(found)
