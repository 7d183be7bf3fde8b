"""The definition of a schema, stated briefly, and what it is refused for."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from code_analysis_db.exceptions import SchemaDefinitionError
from code_analysis_db.schema import Schema

ID = {"name": "id", "type": "INTEGER", "primary_key": True}


def table(name: Any, *constraints: Dict[str, Any], **parts: Any) -> Dict[str, Any]:
    """Define a table with the columns ``id`` and ``a``."""
    columns: List[Dict[str, Any]] = [ID, {"name": "a", "type": "INTEGER"}]
    return {
        "name": name,
        "columns": columns,
        "constraints": list(constraints),
        **parts,
    }


def refers(target: str, *columns: str) -> Dict[str, Any]:
    """Define a foreign key of ``a``."""
    references: Dict[str, Any] = {"table": target}
    if columns:
        references["columns"] = list(columns)
    return {"type": "foreign_key", "columns": ["a"], "references": references}


def schema(*tables: Any, **said: Any) -> Schema:
    """Read the definition of a schema."""
    return Schema.from_definition({"tables": list(tables), **said})


def faults_of(definition: Any) -> str:
    """Return the message of the error that a definition raises."""
    with pytest.raises(SchemaDefinitionError) as raised:
        Schema.from_definition(definition)
    return str(raised.value)
