"""Tables that other programs made in a MySQL database."""

from __future__ import annotations

from typing import Iterator

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.drivers.introspection.mysql_text import checks_in, unescaped
from code_analysis_db.dialects.mysql import MySQLDialect
from code_analysis_db.schema import DefaultValue, NativeDefault
from code_analysis_db.schema.table import Table

from tests.servers.servers import Servers

from .reading import read_schema

_STRANGE = r"""
CREATE TABLE strange (
    id int PRIMARY KEY AUTO_INCREMENT,
    a int NOT NULL,
    b varchar(50) DEFAULT (concat('it''s', '\\')),
    c varchar(5) DEFAULT 'it''s',
    d blob DEFAULT (X'00ff'),
    e datetime(3) DEFAULT '2020-01-01 00:00:00.5',
    f decimal(5,2) DEFAULT -1.5,
    g datetime(6) DEFAULT CURRENT_TIMESTAMP(6),
    total int GENERATED ALWAYS AS (a * 2) STORED,
    parent int,
    CONSTRAINT named CHECK (b <> 'it''s \\ %' AND a > 0),
    KEY some (a, parent DESC),
    FOREIGN KEY (parent) REFERENCES strange (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
"""


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver on a database with a table of a stranger."""
    made = create_driver("mysql", servers.config("mysql"))
    made.execute(_STRANGE)
    made.execute("CREATE VIEW seen AS SELECT a FROM strange")
    yield made
    made.execute("DROP VIEW seen")
    made.execute("DROP TABLE strange")
    made.disconnect()


@pytest.fixture
def strange(driver: BaseDatabaseDriver) -> Table:
    """The table."""
    found = read_schema(driver)
    assert list(found) == ["strange"]
    assert found["strange"].generated == ("total",)
    assert not found["strange"].is_as_stored
    return found["strange"].table


def test_defaults_are_values_or_texts(strange: Table) -> None:
    """On both servers, which tell them in different ways."""
    defaults = {column.name: column.default for column in strange.columns}
    assert defaults["c"] == DefaultValue("it's")
    assert defaults["d"] == DefaultValue(b"\0\xff")
    assert isinstance(defaults["e"], DefaultValue)
    assert defaults["e"].value.isoformat() == "2020-01-01T00:00:00.500000"
    assert isinstance(defaults["f"], DefaultValue)
    assert str(defaults["f"].value) == "-1.50"
    assert isinstance(defaults["b"], NativeDefault)
    assert isinstance(defaults["g"], NativeDefault)
    assert "current_timestamp(6)" == defaults["g"].sql.lower()


def test_a_default_that_is_sql_can_be_given_again(
    driver: BaseDatabaseDriver, strange: Table
) -> None:
    """In a definition, as SQL."""
    default = strange.by_name["b"].default
    assert isinstance(default, NativeDefault)
    columns = [{"name": "b", "type": "TEXT", "default": {"sql": default.sql}}]
    driver.create_table({"name": "again", "columns": columns})
    driver.insert("again", {})
    assert driver.select("again") == [{"b": "it's\\"}]
    driver.drop_table("again")


def test_what_a_foreign_key_needs_is_no_index(strange: Table) -> None:
    """The server makes one by itself."""
    assert [index.name for index in strange.indexes] == ["some"]
    (key,) = strange.foreign_keys
    assert (key.columns, key.references) == (("parent",), ("id",))


def test_a_check_is_read_as_sql(driver: BaseDatabaseDriver, strange: Table) -> None:
    """Which the server takes again."""
    (check,) = strange.checks
    assert check.name == "named"
    added = {"type": "check", "name": "again", "expression": check.expression}
    assert driver.alter_table("strange", {"add_constraints": [added]})
    expressions = {c.expression for c in read_schema(driver)["strange"].table.checks}
    assert expressions == {check.expression}


def test_the_checks_in_a_statement() -> None:
    """Those of columns have no names there."""
    created = (
        "CREATE TABLE `a CONSTRAINT` (\n  `n` int CHECK (`n` > 0),\n"
        "  CONSTRAINT `it``s` CHECK (`s` <> ') CHECK (\\'' and (`n` > 1)),\n"
        "  CONSTRAINT `f` FOREIGN KEY (`n`) REFERENCES `t` (`id`)\n) ENGINE=InnoDB"
    )
    assert checks_in(created, MySQLDialect.lexicon) == {
        "it`s": "`s` <> ') CHECK (\\'' and (`n` > 1)"
    }


def test_what_is_told_escaped() -> None:
    """Once, as the inside of a literal."""
    assert unescaped(r"_utf8mb4\'a\\\'b\n\'") == "_utf8mb4'a\\'b\n'"
