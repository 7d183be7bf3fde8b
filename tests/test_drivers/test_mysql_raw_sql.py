"""Raw SQL that only MySQL has: procedures, and values of its own types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Iterator

import pytest

from code_analysis_db.drivers import create_driver
from code_analysis_db.drivers.base import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverTransactionError

from ..servers.servers import Servers


@pytest.fixture
def driver(servers: Servers) -> Iterator[BaseDatabaseDriver]:
    """A driver."""
    config = servers.config("mysql")
    connected = create_driver(config["type"], config)
    yield connected
    connected.execute("DROP PROCEDURE IF EXISTS raw_procedure")
    connected.execute("DROP TABLE IF EXISTS raw_types")
    connected.disconnect()


def test_a_procedure_returns_its_first_result(driver: BaseDatabaseDriver) -> None:
    driver.execute(
        "CREATE PROCEDURE raw_procedure(n int) BEGIN SELECT n AS a; SELECT 2 AS b; END"
    )
    assert driver.execute("CALL raw_procedure(?)", [5])["data"] == [{"a": 5}]
    assert driver.execute("SELECT 1 AS x")["data"] == [{"x": 1}]


def test_a_procedure_that_commits_ends_the_transaction(
    driver: BaseDatabaseDriver,
) -> None:
    """Which says so, and never that anything was undone."""
    driver.execute("CREATE PROCEDURE raw_procedure() COMMIT")
    transaction_id = driver.begin_transaction()
    for sql in ("CALL raw_procedure()", "SELECT 1"):
        with pytest.raises(DriverTransactionError, match="committed") as caught:
            driver.execute(sql, transaction_id=transaction_id)
        assert "rolled back" not in str(caught.value)


def test_native_types_that_are_none_of_the_drivers(driver: BaseDatabaseDriver) -> None:
    """They come as the value that is nearest."""
    driver.execute(
        "CREATE TABLE raw_types (y year, e enum('a', 'b'), i bigint unsigned, f float,"
        " n decimal(5, 2), t time, s timestamp(3) NULL, j json, b bit(8), tiny tinyint,"
        " flag tinyint(1), fixed binary(2))"
    )
    driver.execute(
        "INSERT INTO raw_types VALUES (2024, 'b', 18446744073709551615, 0.5, 1.50,"
        " '30:00:00', '2024-02-29 01:02:03.004', '[1]', b'101', 7, 1, 'x')"
    )
    expected = {
        "y": 2024,
        "e": "b",
        "i": 2**64 - 1,
        "f": 0.5,
        "n": Decimal("1.50"),
        "t": "30:00:00",
        "s": dt.datetime(2024, 2, 29, 1, 2, 3, 4000, dt.timezone.utc),
        "b": b"\x05",
        "tiny": 7,
        "flag": True,
        "fixed": b"x\0",
    }
    (found,) = driver.execute("SELECT * FROM raw_types")["data"]
    # MariaDB has no type for it
    assert found.pop("j") in ([1], "[1]")
    assert found == expected
    info = {c["name"]: c["type"] for c in driver.get_table_info("raw_types")}
    assert info["s"] == "DATETIME" and info["flag"] == "BOOLEAN" and info["e"] == "TEXT"
    assert driver.execute("SELECT CONCAT(y, e) AS c, 1 + 0.5 AS d FROM raw_types")[
        "data"
    ] == [{"c": "2024b", "d": Decimal("1.5")}]
