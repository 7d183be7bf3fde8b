"""What a declaration becomes: the table's definition, and the faults it may have."""

from __future__ import annotations

from typing import Annotated, Any, Callable, Dict, List, Optional, Set, Union
from uuid import UUID

import attrs
import pytest

from code_analysis_db.client.mapping import (
    ForeignKey,
    Index,
    PrimaryKey,
    UpdatedAt,
    mapped,
    new_id,
)
from code_analysis_db.client.mapping.table_model import (
    in_reference_order,
    table_model,
)
from code_analysis_db.client.objects import (
    Class,
    File,
    Function,
    Import,
    IndexingError,
    Method,
    Project,
)
from code_analysis_db.enums import ReferenceAction
from code_analysis_db.exceptions import SchemaDefinitionError
from code_analysis_db.schema.table import Table

from .sample import Sample

ALL = [Method, Function, Import, IndexingError, Class, File, Project]


@mapped("nodes")
@attrs.define(kw_only=True)
class Node:
    """Refers to others of its own class."""

    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    parent_id: Optional[UUID] = None


@mapped("partly_indexed", indexes=[Index(["open"]), Index(["open"], {"open": True})])
@attrs.define(kw_only=True)
class PartlyIndexed:
    """Has an index on some of its rows."""

    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)
    open: bool = True


@attrs.define
class Undeclared:
    """Has no table."""

    id: Annotated[UUID, PrimaryKey()]


@mapped("keyless")
@attrs.define
class Keyless:
    """Has no key."""

    name: str


@mapped("sets")
@attrs.define
class HoldsSet:
    """Has a type that no column holds."""

    id: Annotated[UUID, PrimaryKey()]
    names: Set[str]


@mapped("either")
@attrs.define
class HoldsEither:
    """Has a type that no one column holds."""

    id: Annotated[UUID, PrimaryKey()]
    name: Union[str, int]


@mapped("optional_keys")
@attrs.define
class OptionalKey:
    """Has a key that may be missing."""

    id: Annotated[Optional[int], PrimaryKey()]


@mapped("orphans")
@attrs.define
class CannotBeNull:
    """Would be set to NULL and cannot."""

    id: Annotated[UUID, PrimaryKey()]
    node_id: Annotated[UUID, ForeignKey(Node, ReferenceAction.SET_NULL)]


@mapped("stamps")
@attrs.define
class StampsText:
    """Marks a text as a time."""

    id: Annotated[UUID, PrimaryKey()]
    changed: Annotated[str, UpdatedAt()]


@mapped("misspelt", indexes=[Index(["nmae"])])
@attrs.define
class Misspelt:
    """Indexes what it does not have."""

    id: Annotated[UUID, PrimaryKey()]
    name: str


class Derived(Node):
    """Is mapped to nothing, though its base is."""


FAULTS: Dict[Any, str] = {
    Undeclared: "'Undeclared' is not mapped to a table",
    Derived: "'Derived' is not mapped to a table",
    Keyless: "'Keyless' needs one attribute marked PrimaryKey",
    HoldsSet: r"HoldsSet\.names: no column holds typing\.Set",
    HoldsEither: r"HoldsEither\.name: no column holds",
    OptionalKey: r"OptionalKey\.id: a key is",
    CannotBeNull: r"CannotBeNull\.node_id: on_delete",
    StampsText: r"StampsText\.changed: UpdatedAt is for a datetime",
    Misspelt: "'Misspelt' has no attribute 'nmae'",
}


@pytest.mark.parametrize("cls", FAULTS)
def test_a_faulty_declaration_is_refused_by_name(cls: Any) -> None:
    """The class and the attribute are named."""
    with pytest.raises(SchemaDefinitionError, match=FAULTS[cls]):
        table_model(cls)


@pytest.mark.parametrize("cls", [*ALL, Sample, Node])
def test_definitions_are_what_the_schema_takes(cls: Any) -> None:
    """Every definition is valid, and names its key first."""
    definition = table_model(cls).to_definition()
    table = Table.from_definition(definition)
    assert table.primary_key == ("id",)
    assert definition["columns"][0]["name"] == "id"


def columns_of(cls: Any) -> Dict[str, Dict[str, Any]]:
    """Return the definitions of a class's columns by name."""
    columns: List[Dict[str, Any]] = table_model(cls).to_definition()["columns"]
    return {column["name"]: column for column in columns}


def test_types_and_nullability_follow_from_annotations() -> None:
    """What the annotation says is what the column is."""
    columns = columns_of(Sample)
    assert {name: column["type"] for name, column in columns.items()} == {
        "id": "UUID",
        "text": "TEXT",
        "flag": "BOOLEAN",
        "number": "INTEGER",
        "maybe_number": "INTEGER",
        "ratio": "REAL",
        "raw": "BLOB",
        "day": "DATE",
        "hour": "TIME",
        "price": "DECIMAL",
        "names": "JSON",
        "counts": "JSON",
        "places": "JSON",
        "anything": "JSON",
        "other": "UUID",
        "seen_at": "DATETIME",
    }
    required = {name for name, column in columns.items() if not column["nullable"]}
    assert required == {"id", "text", "flag", "number", "counts", "seen_at"}
    assert columns["seen_at"]["timezone"] is True
    assert columns_of(Project)["deleted"]["default"] is False


def test_keys_references_and_indexes_are_in_the_definition() -> None:
    """The whole of a table comes from the one declaration."""
    definition = table_model(File).to_definition()
    assert definition["constraints"] == [
        {"type": "primary_key", "columns": ["id"]},
        {"type": "unique", "columns": ["project_id", "path"]},
        {
            "type": "foreign_key",
            "columns": ["project_id"],
            "references": {"table": "projects", "columns": ["id"]},
            "on_delete": "CASCADE",
        },
    ]
    assert definition["indexes"] == [
        {"columns": ["project_id"]},
        {"columns": ["project_id", "updated_at"]},
        {"columns": ["project_id", "deleted"]},
    ]


def test_a_partial_index_has_a_name_beside_the_full_one() -> None:
    """Where an object's class asks for one; not every database has them."""
    definition = table_model(PartlyIndexed).to_definition()
    assert definition["indexes"] == [
        {"columns": ["open"]},
        {
            "name": "ix_partly_indexed_open_where_open",
            "columns": ["open"],
            "where": {"open": True},
        },
    ]


@pytest.mark.parametrize("cls", ALL)
def test_the_librarys_tables_suit_every_database(cls: type) -> None:
    """Some have no indexes with a condition."""
    assert not any("where" in i for i in table_model(cls).to_definition()["indexes"])


def test_tables_come_in_the_order_of_their_references() -> None:
    """What is referred to is there first, and is drawn in where it was not named."""
    names = [model.name for model in in_reference_order([Method])]
    assert names == ["projects", "files", "classes", "methods"]
    position = {model.cls: i for i, model in enumerate(in_reference_order(ALL))}
    assert position[Project] < position[File] < position[Class] < position[Method]


def test_a_model_is_made_once() -> None:
    """The declaration is looked into at the first call only."""
    make: Callable[[Any], Any] = table_model
    assert make(File) is make(File)
