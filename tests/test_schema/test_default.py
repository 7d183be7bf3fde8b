"""Defaults of columns: of every type, as a definition and a catalogue state them."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

import pytest

from code_analysis_db.exceptions import SchemaDefinitionError
from code_analysis_db.schema import DefaultExpression, Table


def read(columns: List[Dict[str, Any]]) -> Table:
    """Read the definition of a table ``t``."""
    return Table.from_definition({"name": "t", "columns": columns})


_EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("column", "default"),
    [
        ({"type": "TEXT"}, "it's"),
        ({"type": "INTEGER"}, 2**63 - 1),
        ({"type": "REAL"}, 1.5),
        ({"type": "BOOLEAN"}, False),
        ({"type": "DATETIME"}, datetime(2024, 1, 2, 3, 4, 5, 6)),
        (
            {"type": "DATETIME", "timezone": True},
            datetime(2024, 1, 2, 3, tzinfo=_EAST),
        ),
        ({"type": "DATE"}, date(2024, 1, 2)),
        ({"type": "TIME"}, time(1, 2, 3, 4)),
        ({"type": "DECIMAL", "precision": 9, "scale": 3}, Decimal("-1.5")),
        ({"type": "BLOB"}, b"\0\xff"),
        ({"type": "UUID"}, UUID(int=5)),
        ({"type": "JSON"}, [1, {"a": None}]),
        ({"type": "JSON"}, {"value": {"expression": "CURRENT_DATE"}}),
        ({"type": "DATETIME"}, {"expression": "CURRENT_TIMESTAMP"}),
    ],
)
def test_a_default_of_any_type_survives_json(
    column: Dict[str, Any], default: Any
) -> None:
    """The catalogue of a driver is JSON."""
    table = read([{"name": "a", "default": default, **column}])
    again = Table.from_definition(json.loads(json.dumps(table.to_definition())))
    assert again == table
    shown = table.column_info()[0]["default"]
    if isinstance(default, dict) and "value" in default:
        default = default["value"]
    assert shown == default and type(shown) is type(default)


def test_an_expression_default_is_one_of_a_few() -> None:
    """Case does not matter."""
    column = {
        "name": "a",
        "type": "DATETIME",
        "default": {"expression": "current_timestamp"},
    }
    assert isinstance(read([column]).columns[0].default, DefaultExpression)


@pytest.mark.parametrize(
    ("column", "stated"),
    [
        ({"type": "DATETIME"}, "2024-13-01"),
        ({"type": "DATE"}, "yesterday"),
        ({"type": "DECIMAL"}, "1,5"),
        ({"type": "BLOB"}, {"base64": "?"}),
        ({"type": "BLOB"}, {"base64": 5}),
        ({"type": "UUID"}, "abc"),
        ({"type": "BOOLEAN"}, 1),
        ({"type": "TEXT", "length": 2}, "abc"),
        ({"type": "DATETIME"}, {"expression": "now"}),
        ({"type": "DATETIME"}, {"expression": 5}),
        ({"type": "TIME"}, {"expression": "CURRENT_DATE"}),
    ],
)
def test_a_default_that_is_none_of_the_type_is_a_fault(
    column: Dict[str, Any], stated: Any
) -> None:
    """At its path."""
    with pytest.raises(SchemaDefinitionError, match=r"columns\[0\] 'a'.default: "):
        read([{"name": "a", "default": stated, **column}])


@pytest.mark.parametrize("stated", [None, {"value": None}])
def test_none_is_no_default(stated: Any) -> None:
    """Also in its tagged form."""
    assert read([{"name": "a", "type": "TEXT", "default": stated}]).columns[0] == (
        read([{"name": "a", "type": "TEXT"}]).columns[0]
    )
