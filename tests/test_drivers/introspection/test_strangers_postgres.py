"""Tables that other programs made in a PostgreSQL database."""

from __future__ import annotations

from typing import Iterator

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.schema import (
    CheckConstraint,
    DefaultValue,
    NativeDefault,
    UniqueConstraint,
)

from tests.servers.servers import Servers

from .reading import read_schema

_STRANGE = """
CREATE TABLE strange (
    id serial PRIMARY KEY,
    a int CONSTRAINT positive CHECK (a > 0),
    b text DEFAULT lower('X'),
    c varchar(5) DEFAULT 'it''s',
    d bytea DEFAULT '\\x00ff',
    e timestamptz DEFAULT '2020-01-01 00:00:00+02',
    f double precision DEFAULT '-1.5e-7',
    total int GENERATED ALWAYS AS (a * 2) STORED,
    own bigint GENERATED ALWAYS AS IDENTITY,
    UNIQUE (a, c)
)
"""


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver on a database with tables of a stranger."""
    made = create_driver("postgres", servers.config("postgres"))
    made.execute(_STRANGE)
    made.execute("CREATE INDEX some_rows ON strange (a DESC) WHERE b <> 'x'")
    made.execute("CREATE INDEX lowered ON strange (lower(b))")
    made.execute("CREATE TABLE whole (at date NOT NULL) PARTITION BY RANGE (at)")
    made.execute(
        "CREATE TABLE part PARTITION OF whole"
        " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
    )
    made.execute("CREATE TABLE empty ()")
    yield made
    made.execute("DROP TABLE strange, whole, empty")
    made.disconnect()


def test_a_strangers_table_is_read(driver: BaseDatabaseDriver) -> None:
    """As far as a definition can say it."""
    existing = read_schema(driver)["strange"]
    table = existing.table
    assert not existing.is_as_stored and existing.generated == ("total",)
    assert table.checks == (CheckConstraint("(a > 0)", "positive"),)
    assert table.uniques == (UniqueConstraint(("a", "c"), "strange_a_c_key"),)
    assert (table.primary_key, table.primary_key_name) == (("id",), "strange_pkey")
    (index,) = table.indexes
    assert index.where is not None and index.where.sql == "(b <> 'x'::text)"
    defaults = {column.name: column.default for column in table.columns}
    assert defaults["b"] == NativeDefault("lower('X'::text)")
    assert defaults["c"] == DefaultValue("it's")
    assert defaults["d"] == DefaultValue(b"\0\xff")
    assert isinstance(defaults["e"], DefaultValue)
    assert defaults["e"].value.isoformat() == "2019-12-31T22:00:00+00:00"
    assert defaults["f"] == DefaultValue(-1.5e-7)
    assert [defaults[name] for name in ("id", "total", "own")] == [None] * 3
    assert table.by_name["own"].autoincrement


def test_parts_of_a_table_are_not_tables(driver: BaseDatabaseDriver) -> None:
    """They come and go with it."""
    assert sorted(read_schema(driver)) == ["empty", "strange", "whole"]
    assert read_schema(driver)["empty"].table.columns == ()


def test_a_strangers_expression_is_what_a_row_gets(
    driver: BaseDatabaseDriver,
) -> None:
    """Such a default stands in a definition as SQL."""
    (info,) = [i for i in driver.get_table_info("strange") if i["name"] == "b"]
    assert info["default"] == {"sql": "lower('X'::text)"}
    columns = [{"name": "b", "type": "TEXT", "default": info["default"]}]
    driver.create_table({"name": "again", "columns": columns})
    driver.insert("again", {})
    assert driver.select("again") == [{"b": "x"}]
    driver.drop_table("again")
