"""A driver that goes wrong where a test says."""

from __future__ import annotations

from typing import Dict, List

from code_analysis_db.client import RpcClient
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult

from ..scripted_driver import DONE, Answer, Hangup, Seen

RESULTS = {
    "select": DataResult(["a"], [[1]]),
    "count": SuccessResult({"count": 1}),
    "insert": SuccessResult({"row_id": 1}),
    "begin_transaction": SuccessResult({"transaction_id": "tx"}),
    "commit_transaction": DONE,
    "rollback_transaction": DONE,
    "execute": SuccessResult(
        {"affected_rows": 0, "last_insert_id": 0, "columns": None, "rows": None}
    ),
}


class Faults:
    """Answers requests, but hangs up on those that a test names.

    Attributes:
        on: names of requests to hang up on, once each.
        silent_on: names of requests to leave without an answer.
        errors: codes of errors to answer requests with, once each.
    """

    def __init__(self) -> None:
        """Hang up on nothing."""
        self.on: List[str] = []
        self.silent_on: List[str] = []
        self.errors: Dict[str, List[str]] = {}

    def __call__(self, seen: Seen) -> Answer:
        """Answer one request."""
        if seen.name in self.on:
            self.on.remove(seen.name)
            raise Hangup
        if self.errors.get(seen.name):
            return ErrorResult(self.errors[seen.name].pop(0), "refused")
        return None if seen.name in self.silent_on else RESULTS[seen.name]


def select(rpc: RpcClient) -> object:
    """Make a read."""
    return rpc.select("t")


def insert(rpc: RpcClient) -> object:
    """Make a write."""
    return rpc.insert("t", {"a": 1})


def execute(rpc: RpcClient) -> object:
    """Make what may be a write."""
    return rpc.execute("SELECT 1")
