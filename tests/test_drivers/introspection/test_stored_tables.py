"""Tables that the driver made, and what others change of them."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, List, Sequence

import attrs
import pytest

from code_analysis_db.dialects.base import Dialect
from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.schema import DefaultValue

from .reading import catalogue_of, in_session, read_schema
from .samples import OWNERS, parts, table_of


@pytest.fixture
def made(driver: BaseDatabaseDriver, dialect: Dialect) -> BaseDatabaseDriver:
    """A driver with two tables."""
    driver.create_table(OWNERS)
    driver.create_table(parts(dialect))
    return driver


def test_what_nobody_changed_is_as_it_was_stated(
    made: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """And the driver's own tables are not among them."""
    found = read_schema(made)
    assert list(found) == ["owners", "parts"]
    for definition in (OWNERS, parts(dialect)):
        existing, table = found[definition["name"]], table_of(definition)
        assert existing.is_as_stored
        fitted = dialect.fitted(table).columns
        types = {column.name: dialect.native_type(column) for column in fitted}
        assert existing.native_types == types
        assert existing.table.columns == existing.stated.columns == table.columns
        assert existing.stated.checks == table.checks
        assert existing.stated.indexes == existing.table.indexes == table.indexes


def test_rows_do_not_make_another_table_of_it(made: BaseDatabaseDriver) -> None:
    """Numbers of keys and statistics are none of its definition."""
    made.insert_many("owners", [{"name": f"n{n}"} for n in range(50)])
    assert read_schema(made)["owners"].is_as_stored


def test_constraints_have_the_names_by_which_they_are_dropped(
    made: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """Whether or not the definition says them."""
    if not dialect.alters_in_place:
        pytest.skip("constraints without names have none here")
    table = read_schema(made)["parts"].table
    keys: List[Any] = [*table.uniques, *table.foreign_keys, *table.checks]
    names = [key.name for key in keys]
    assert None not in names and len(set(names)) == len(names)
    assert {"priced", "worded"} < set(names)
    for name in names:
        assert made.alter_table("parts", {"drop_constraints": [name]})
    left = read_schema(made)["parts"].table
    assert not (left.uniques or left.foreign_keys or left.checks)


def test_a_strangers_column_is_found_and_the_others_stay(
    made: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """With their logical types, and defaults that the database has written anew."""
    made.execute("ALTER TABLE parts ADD COLUMN extra INTEGER DEFAULT 3")
    existing = read_schema(made)["parts"]
    assert not existing.is_as_stored
    *others, extra = existing.table.columns
    assert tuple(others) == table_of(parts(dialect)).columns
    assert (extra.name, extra.default) == ("extra", DefaultValue(3))
    assert read_schema(made)["owners"].is_as_stored


def test_a_dropped_index_is_found(made: BaseDatabaseDriver, dialect: Dialect) -> None:
    """Though no column has changed."""
    made.execute(dialect.drop_index("parts", "by_size"))
    existing = read_schema(made)["parts"]
    assert not existing.is_as_stored
    assert "by_size" not in {index.name for index in existing.table.indexes}


def test_a_changed_default_and_nullability_are_found(
    made: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """By what the database says of the column."""
    if not dialect.alters_in_place:
        pytest.skip("columns are not changed in place")
    table = table_of(OWNERS)
    *others, born = table.columns
    changed = attrs.evolve(born, nullable=False, default=None)
    after = attrs.evolve(table, columns=(*others, changed))
    clauses = dialect.altered_column(after, born, changed)
    made.execute("ALTER TABLE owners " + ", ".join(clauses))
    existing = read_schema(made)["owners"]
    assert existing.table.by_name["born"] == changed


def test_all_are_stored_in_one_go(made: BaseDatabaseDriver, dialect: Dialect) -> None:
    """Also over what was kept before."""
    made.execute("ALTER TABLE parts ADD COLUMN extra INTEGER")
    catalogue = catalogue_of(made)
    tables = [existing.table for existing in read_schema(made).values()]
    in_session(made, partial(catalogue.store_all, tables=tables))
    found = read_schema(made)
    assert all(existing.is_as_stored for existing in found.values())
    assert [existing.stated for existing in found.values()] == tables


def test_a_table_is_described_with_the_types_of_another_definition(
    made: BaseDatabaseDriver, dialect: Dialect
) -> None:
    """As far as they fit; the defaults of all types are understood."""
    table = table_of(parts(dialect))
    catalogue = catalogue_of(made)
    described = in_session(made, partial(catalogue.described_as, table=table))
    assert described is not None and not described.is_as_stored
    assert described.table.columns == table.columns
    gone = attrs.evolve(table, name="gone")
    assert in_session(made, partial(catalogue.described_as, table=gone)) is None


def test_the_version_is_kept(driver: BaseDatabaseDriver) -> None:
    """And replaced by the next."""
    catalogue = catalogue_of(driver)
    for version in ("1", "2.0"):
        in_session(driver, partial(catalogue.store_version, version=version))
        assert driver.get_schema_version() == version


def test_many_tables_take_no_more_queries_than_few(
    driver: BaseDatabaseDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked does not grow with them."""

    def queries() -> int:
        """Return how many queries read the schema."""
        count = 0

        def read(session: Any) -> None:
            """Read it with a session that counts."""
            query: Callable[..., Any] = type(session).query

            def counted(self: Any, sql: str, params: Sequence[Any] = ()) -> Any:
                """Count one."""
                nonlocal count
                count += 1
                return query(self, sql, params)

            with monkeypatch.context() as patch:
                patch.setattr(type(session), "query", counted)
                catalogue_of(driver).read_schema(session)

        in_session(driver, read)
        return count

    for number in range(2):
        driver.create_table({**OWNERS, "name": f"few{number}"})
    few = queries()
    for number in range(8):
        driver.create_table({**OWNERS, "name": f"many{number}"})
    assert queries() == few
