"""The unified interface without a process: a request in, a result out."""

from __future__ import annotations

from typing import Any, Iterator

import pytest

from code_analysis_db.drivers import SQLiteDriver
from code_analysis_db.request import CountRequest, InsertRequest, SelectRequest
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult
from code_analysis_db.rpc_server import DatabaseDriverRPCServer

from .conftest import ITEMS


class _FaultyDriver(SQLiteDriver):
    """A driver with a defect."""

    def count(self, *args: Any, **kwargs: Any) -> int:
        """Fail in a way that nobody has thought of."""
        raise ZeroDivisionError("a defect")


@pytest.fixture
def rpc() -> Iterator[DatabaseDriverRPCServer]:
    """The interface over a database with a table."""
    driver = _FaultyDriver()
    driver.connect({"path": ":memory:"})
    driver.create_table(ITEMS)
    yield DatabaseDriverRPCServer(driver)
    driver.disconnect()


def test_request_is_answered_by_its_result(rpc: DatabaseDriverRPCServer) -> None:
    inserted = rpc.handle_request(InsertRequest("items", {"name": "a"}))
    assert inserted == SuccessResult({"row_id": 1})
    selected = rpc.handle_request(SelectRequest("items", columns=["name"]))
    assert isinstance(selected, DataResult)
    assert selected.to_dicts() == [{"name": "a"}]


def test_request_with_wrong_fields_is_not_run(rpc: DatabaseDriverRPCServer) -> None:
    """Each of them is named."""
    result = rpc.handle_request(SelectRequest("items", where=7, transaction_id=[]))
    assert isinstance(result, ErrorResult)
    assert result.error_code == "invalid_request"
    assert "where: " in result.description
    assert "transaction_id: " in result.description


def test_error_of_the_driver_is_a_result(rpc: DatabaseDriverRPCServer) -> None:
    """Also one that is the driver's own fault, which is told as what it is."""
    unknown = rpc.handle_request(SelectRequest("itmes"))
    assert isinstance(unknown, ErrorResult)
    assert unknown.error_code == "unknown_table"
    defect = rpc.handle_request(CountRequest("items"))
    assert isinstance(defect, ErrorResult)
    assert defect.error_code == "driver"
    assert "unexpected ZeroDivisionError: a defect" in defect.description
