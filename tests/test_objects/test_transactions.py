"""Objects within a transaction, and the tables that come into being beside one."""

from __future__ import annotations

import pytest

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.client.objects import Class, File, FileAnalysis, Project
from code_analysis_db.exceptions import DriverTransactionError, UniqueViolationError


def test_a_transactions_repositories_join_it(
    client: DatabaseClient, project: Project
) -> None:
    """Nothing of it is there after a rollback, nor seen by others before."""
    with pytest.raises(ZeroDivisionError):
        with client.transaction() as tx:
            file = tx.files.create(project_id=project.id, path="/a")
            tx.files.save_analysis(analysis_of(file))
            assert tx.files.get(file.id) == file
            assert client.files.get(file.id) is None
            raise ZeroDivisionError
    assert client.files.get(file.id) is None


def test_a_block_inside_is_undone_by_itself(
    client: DatabaseClient, project: Project
) -> None:
    """A savepoint's objects go, those around it stay."""
    with client.transaction() as tx:
        kept = tx.files.create(project_id=project.id, path="/a")
        with pytest.raises(UniqueViolationError):
            with tx.transaction() as part:
                part.files.create(project_id=project.id, path="/b")
                part.files.create(project_id=project.id, path="/a")
    assert client.files.find(project_id=project.id) == [kept]


def test_the_first_use_may_be_inside_a_transaction(fresh_driver: DriverProcess) -> None:
    """The tables are made beside it."""
    with fresh_driver.client() as client:
        with client.transaction() as tx:
            project = tx.projects.create(name="a", root_path="/a")
            tx.files.create(project_id=project.id, path="/a/a.py")
        assert client.files.count() == 1


def test_tables_that_a_transaction_keeps_from_being_made_are_named(
    fresh_driver: DriverProcess,
) -> None:
    """A transaction that has written holds the database: no deadlock, an error that
    says what to do."""
    with fresh_driver.client() as client:
        client.rpc.create_table(
            {"name": "own", "columns": [{"name": "a", "type": "TEXT"}]}
        )
        with client.transaction() as tx:
            tx.insert("own", {"a": "x"})
            with pytest.raises(DriverTransactionError, match="before the transaction"):
                tx.projects.count()
        assert client.projects.count() == 0
        assert client.rpc.count("own") == 1


def analysis_of(file: File) -> FileAnalysis:
    """Return an analysis that found a class."""
    found = Class(file_id=file.id, name="A", line=1)
    return FileAnalysis(file=file, classes=[found])
