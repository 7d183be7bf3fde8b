"""Every fault of a declaration is a SchemaDefinitionError that says what to write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Dict, Literal, Optional
from uuid import UUID

import attrs
import pytest

from code_analysis_db.client.mapping import (
    ForeignKey,
    Index,
    Length,
    Precision,
    PrimaryKey,
    mapped,
)
from code_analysis_db.client.mapping.table_model import table_model
from code_analysis_db.exceptions import SchemaDefinitionError

from .own_classes import Counter


class Mixed(Enum):
    """Has values of two types."""

    ONE = 1
    TWO = "two"


Nullable = Annotated[Optional[UUID], PrimaryKey()]
FAULTS: Dict[str, Any] = {
    "an attribute": (Mixed, "to be all str or all int"),
    "a choice": (Literal["a", 1], "to be all str or all int"),
    "a long date": (Annotated[date, Length(5)], "Length is for a str"),
    "a precise float": (Annotated[float, Precision(5, 2)], "Precision is for a Dec"),
    "a bare marker": (Annotated[Decimal, Precision], r"write Precision\(…\)"),
    "no table": (Annotated[UUID, ForeignKey(date)], "'date' is not mapped"),
    "another key": (
        Annotated[UUID, ForeignKey(Counter)],
        "type of its key, int, not UUID",
    ),
    "a complex": (complex, "no column holds <class 'complex'>"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_an_attribute_is_named(name: str) -> None:
    """With the class and what is wrong."""
    kind, said = FAULTS[name]
    key: Any = Annotated[UUID, PrimaryKey()]
    made = attrs.make_class(
        "Made", {"id": attrs.field(type=key), "faulty": attrs.field(type=kind)}
    )
    with pytest.raises(SchemaDefinitionError, match=said):
        table_model(mapped("faulty")(made)).to_definition()


@pytest.mark.parametrize("kind", [Nullable, Annotated[float, PrimaryKey()]])
def test_a_key_that_is_none_is_refused(kind: Any) -> None:
    """By its type."""
    made = attrs.make_class("Made", {"id": attrs.field(type=kind, default=None)})
    with pytest.raises(SchemaDefinitionError, match="a key is a UUID, a str or an int"):
        table_model(mapped("faulty")(made))


def test_the_order_of_the_decorators_is_told() -> None:
    """What attrs has not seen has no attributes yet."""
    with pytest.raises(SchemaDefinitionError, match="put @mapped above"):

        @attrs.define
        @mapped("upside_down")
        class UpsideDown:
            """Is decorated in the wrong order."""

            id: Annotated[UUID, PrimaryKey()]


def test_a_name_that_a_module_does_not_have_is_told() -> None:
    """An annotation in a function's own words."""

    class Local:
        """Is known in here only."""

    @mapped("local")
    @attrs.define
    class InFunction:
        """Refers to what only the function knows."""

        local: Local
        id: Annotated[UUID, PrimaryKey()]

    with pytest.raises(SchemaDefinitionError, match="cannot be evaluated.*'Local'"):
        table_model(InFunction)


def test_one_name_is_no_list() -> None:
    """Else its letters would be columns."""
    with pytest.raises(SchemaDefinitionError, match=r"write \['name'\]"):
        Index("name")
    with pytest.raises(SchemaDefinitionError, match=r"write \['name'\]"):
        mapped("things", unique=["name"])
