"""Random tables and schemas that every database takes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Dict, List, Sequence

from hypothesis import strategies as st

from code_analysis_db.schema import Schema, Table

KEY_NAME = "id"
COLUMN_NAMES = ["a", "b", "select", "Mixed", "näher", 'qu"oted', "two words"]
TABLE_NAMES = ["t", "Order", "two words", "größe", "z"]

_ACTIONS = st.sampled_from([None, "NO ACTION", "RESTRICT", "CASCADE", "SET NULL"])
_JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text("aé'", max_size=3),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["k", "sql", "value"]), inner, max_size=2),
    max_leaves=4,
)
_EXPRESSIONS = {
    "DATETIME": "CURRENT_TIMESTAMP",
    "DATE": "CURRENT_DATE",
    "TIME": "CURRENT_TIME",
}
_KEY_TYPES = ["TEXT", "INTEGER", "DATE", "UUID", "BOOLEAN", "DECIMAL"]


@st.composite
def _sizes(draw: st.DrawFn, kind: str) -> Dict[str, Any]:
    """Draw what a type may be stated with beside its name."""
    if kind == "TEXT":
        return draw(st.sampled_from([{}, {"length": 40}, {"length": 200}]))
    if kind == "DECIMAL":
        return draw(
            st.sampled_from([{}, *({"precision": p, "scale": 3} for p in (12, 20))])
        )
    if kind == "DATETIME":
        return draw(st.sampled_from([{}, {"timezone": True}]))
    return {}


def _default_values(column: Dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what may be the default of a column."""
    kind = column["type"]
    values: Dict[str, st.SearchStrategy[Any]] = {
        "TEXT": st.text("aä'%\\ \"", max_size=5),
        "INTEGER": st.integers(-(2**63), 2**63 - 1),
        "REAL": st.floats(allow_nan=False, allow_infinity=False),
        "BOOLEAN": st.booleans(),
        "DATETIME": st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
        "DATE": st.dates(date(1970, 1, 1)),
        "TIME": st.times(),
        "DECIMAL": st.decimals(Decimal(-1000), Decimal(1000), places=3),
        "UUID": st.uuids(),
        "JSON": st.builds(lambda value: {"value": value}, _JSON_VALUES),
        "BLOB": st.binary(max_size=4),
    }
    if kind == "DATETIME" and column.get("timezone"):
        values[kind] = values[kind].map(lambda moment: f"{moment.isoformat()}+00:00")
    if kind in _EXPRESSIONS:
        return values[kind] | st.just({"expression": _EXPRESSIONS[kind]})
    return values[kind]


@st.composite
def columns(draw: st.DrawFn, name: str) -> Dict[str, Any]:
    """Draw the definition of a column."""
    kind = draw(st.sampled_from([*_KEY_TYPES, *_EXPRESSIONS, "REAL", "JSON", "BLOB"]))
    column = {"name": name, "type": kind, **draw(_sizes(kind))}
    column["nullable"] = draw(st.booleans())
    if draw(st.booleans()):
        column["default"] = draw(_default_values(column))
    return column


def _key_columns(drawn: Sequence[Dict[str, Any]]) -> List[str]:
    """Return the columns that a key or an index may be over."""
    return [column["name"] for column in drawn if column["type"] in _KEY_TYPES]


@st.composite
def _primary_keys(
    draw: st.DrawFn, table_name: str, drawn: Sequence[Dict[str, Any]]
) -> List[Dict[str, Any]]:
    """Draw a primary key over columns of the table, or none."""
    names = [c["name"] for c in drawn if c["type"] in _KEY_TYPES and "default" not in c]
    if not names or draw(st.booleans()):
        return []
    members = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    key: Dict[str, Any] = {"type": "primary_key", "columns": draw(members)}
    if draw(st.booleans()):
        key["name"] = f"{table_name} key"
    return [key]


@st.composite
def table_definitions(
    draw: st.DrawFn, name: str = "t", *, with_partial_indexes: bool = True
) -> Dict[str, Any]:
    """Draw the definition of a table that refers to itself at most.

    Names of constraints and indexes hold the table's, and so are no other table's.
    """
    names = draw(st.lists(st.sampled_from(COLUMN_NAMES), min_size=1, unique=True))
    drawn = [draw(columns(column)) for column in names]
    keyed = _key_columns(drawn)
    constraints: List[Dict[str, Any]] = []
    if draw(st.booleans()):
        key = {"name": KEY_NAME, "type": "INTEGER", "primary_key": True}
        drawn.insert(0, key)
    else:
        constraints = draw(_primary_keys(name, drawn))
    indexes: List[Dict[str, Any]] = []
    if keyed:
        members = st.lists(st.sampled_from(keyed), min_size=1, max_size=2, unique=True)
        for number in range(draw(st.integers(0, 2))):
            unique = {"type": "unique", "columns": draw(members)}
            if draw(st.booleans()):
                unique["name"] = f"{name} unique {number}"
            constraints.append(unique)
        for number in range(draw(st.integers(0, 2))):
            directions = st.sampled_from(["ASC", "DESC"])
            index: Dict[str, Any] = {
                "name": f"{name} index {number}",
                "columns": [[column, draw(directions)] for column in draw(members)],
                "unique": draw(st.booleans()),
            }
            if with_partial_indexes and draw(st.booleans()):
                index["where"] = {draw(st.sampled_from(keyed)): {"is_null": False}}
            indexes.append(index)
    numbers = [
        column["name"]
        for column in drawn
        if column["type"] == "INTEGER" and column["name"] != KEY_NAME
    ]
    if draw(st.booleans()) and numbers:
        quoted = numbers[0].replace('"', '""')
        check = {"type": "check", "expression": f'"{quoted}" >= 0'}
        if draw(st.booleans()):
            check["name"] = f"{name} check"
        constraints.append(check)
    return {
        "name": name,
        "columns": drawn,
        "constraints": constraints,
        "indexes": indexes,
    }


@st.composite
def _references(draw: st.DrawFn, owner: Dict[str, Any], target: Dict[str, Any]) -> None:
    """Give a table columns and a foreign key that refers to a key of another."""
    keys = [c for c in target["constraints"] if c["type"] in ("primary_key", "unique")]
    if any(column.get("primary_key") for column in target["columns"]):
        keys.append({"type": "primary_key", "columns": [KEY_NAME]})
    if not keys:
        return
    key = draw(st.sampled_from(keys))
    by_name = {column["name"]: column for column in target["columns"]}
    own = []
    for name in key["columns"]:
        column = dict(by_name[name])
        column.pop("default", None)
        column.pop("primary_key", None)
        column.update(name=f"{name} of", nullable=True)
        own.append(column)
    if {column["name"] for column in own} & {c["name"] for c in owner["columns"]}:
        return
    owner["columns"].extend(own)
    references: Dict[str, Any] = {"table": target["name"], "columns": key["columns"]}
    if key["type"] == "primary_key" and draw(st.booleans()):
        del references["columns"]
    owner["constraints"].append(
        {
            "type": "foreign_key",
            "columns": [column["name"] for column in own],
            "references": references,
            "on_delete": draw(_ACTIONS),
            "on_update": draw(st.sampled_from([None, "NO ACTION", "CASCADE"])),
        }
    )


@st.composite
def schema_definitions(
    draw: st.DrawFn,
    *,
    with_partial_indexes: bool = True,
    versions: Sequence[Any] = (None, 3, "1.0"),
) -> Dict[str, Any]:
    """Draw the definition of a schema, whose tables refer to each other in any order,
    in circles too."""
    names = draw(st.lists(st.sampled_from(TABLE_NAMES), max_size=3, unique=True))
    drawn = [
        draw(table_definitions(name, with_partial_indexes=with_partial_indexes))
        for name in names
    ]
    for owner in drawn:
        if draw(st.booleans()):
            draw(_references(owner, draw(st.sampled_from(drawn))))
    definition: Dict[str, Any] = {"tables": drawn}
    version = draw(st.sampled_from(versions))
    return definition if version is None else {"version": version, **definition}


def tables(
    name: str = "t", *, with_partial_indexes: bool = True
) -> st.SearchStrategy[Table]:
    """Return random tables."""
    drawn = table_definitions(name, with_partial_indexes=with_partial_indexes)
    return drawn.map(Table.from_definition)


def schemas(*, with_partial_indexes: bool = True) -> st.SearchStrategy[Schema]:
    """Return random schemas."""
    drawn = schema_definitions(with_partial_indexes=with_partial_indexes)
    return drawn.map(Schema.from_definition)
