"""Ways to a driver's catalogue."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, TypeVar, cast

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.drivers.catalogue import Catalogue
from code_analysis_db.drivers.existing_table import ExistingTable
from code_analysis_db.drivers.sql_connection import SqlConnection
from code_analysis_db.schema import Table

R = TypeVar("R")


def catalogue_of(driver: BaseDatabaseDriver) -> Catalogue[Any]:
    """Return a connected driver's catalogue."""
    return cast(SqlConnection[Any], driver)._catalogue


def in_session(driver: BaseDatabaseDriver, work: Callable[[Any], R]) -> R:
    """Run work with a session, in a transaction where definitions can be in one."""
    connection = cast(SqlConnection[Any], driver)
    several = connection.dialect.has_transactional_ddl
    return connection._database.write(work, several=several)


def read_schema(driver: BaseDatabaseDriver) -> Dict[str, ExistingTable]:
    """Return all tables."""
    connection = cast(SqlConnection[Any], driver)
    return connection._database.read(connection._catalogue.read_schema)


def normalised(driver: BaseDatabaseDriver, table: Table) -> Table:
    """Return a table as the database gives it back."""
    catalogue = catalogue_of(driver)
    return in_session(driver, partial(catalogue.normalised, table=table))


def without_catalogue(driver: BaseDatabaseDriver) -> None:
    """Make all tables those of a stranger."""
    catalogue = catalogue_of(driver)

    def forget(session: Any) -> None:
        """Remove every definition."""
        for table in catalogue.stored_tables(session):
            catalogue.remove(session, table.name)

    in_session(driver, forget)
    catalogue.forget()
