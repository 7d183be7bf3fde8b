"""Which drivers there are and how they are made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from code_analysis_db.drivers import (
    BaseDatabaseDriver,
    SQLiteDriver,
    create_driver,
    driver_names,
    register_driver,
)
from code_analysis_db.drivers import registry
from code_analysis_db.exceptions import (
    ConfigurationError,
    DriverConnectionError,
    UnknownDriverError,
)


def test_creates_a_connected_driver(tmp_path: Path) -> None:
    driver = create_driver(
        "sqlite", {"type": "sqlite", "config": {"path": str(tmp_path / "a.db")}}
    )
    assert driver.driver_type == "sqlite"
    assert driver.is_thread_safe
    assert driver.has_single_writer
    assert driver.list_tables() == []
    driver.disconnect()


def test_an_unknown_driver_is_a_value_error_that_names_what_is_near() -> None:
    with pytest.raises(UnknownDriverError, match="did you mean 'sqlite'") as caught:
        create_driver("sqlit", {"config": {}})
    assert isinstance(caught.value, ValueError)


def test_an_unknown_driver_is_refused_with_those_that_are_registered() -> None:
    with pytest.raises(
        UnknownDriverError, match=r"registered are \['mysql', 'postgres', 'sqlite'"
    ):
        create_driver("oracle", {"config": {}})


@pytest.mark.parametrize(
    ("name", "package"), [("postgres", "psycopg2"), ("mysql", "pymysql")]
)
def test_a_package_that_is_missing_is_named_with_what_installs_it(
    name: str, package: str
) -> None:
    script = f"""
import sys
import code_analysis_db.drivers as drivers
assert {package!r} not in sys.modules, "imported before it was asked for"
sys.modules[{package!r}] = None
try:
    drivers.create_driver({name!r}, {{"config": {{}}}})
except drivers.registry.MissingDependencyError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert f"pip install 'code_analysis_db[{name}]'" in told.stdout
    assert repr(package) in told.stdout


@pytest.mark.parametrize("name", ["postgres", "mysql"])
def test_the_faults_of_a_configuration_come_before_any_connection(name: str) -> None:
    with pytest.raises(ConfigurationError, match="(?s)unknown key.*missing key"):
        create_driver(name, {"config": {"invalid": "config"}})


@pytest.mark.parametrize("config", [{}, {"path": "x"}, None])
def test_a_configuration_without_the_key_config_is_refused(config: Any) -> None:
    with pytest.raises(ConfigurationError, match="needs the key 'config'"):
        create_driver("sqlite", config)


def test_a_registered_driver_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class OtherDriver(SQLiteDriver):
        """A driver of somebody else."""

    monkeypatch.setattr(registry, "_DRIVERS", dict(registry._DRIVERS))
    register_driver("other", OtherDriver)
    assert "other" in driver_names()
    driver = create_driver("other", {"config": {"path": str(tmp_path / "a.db")}})
    assert isinstance(driver, OtherDriver)
    driver.disconnect()


@pytest.mark.parametrize("cls", [int, "sqlite", object()])
def test_only_driver_classes_are_registered(cls: Any) -> None:
    with pytest.raises(TypeError, match="subclass of BaseDatabaseDriver"):
        register_driver("other", cast("type[BaseDatabaseDriver]", cls))


def test_a_driver_that_is_not_connected_says_so() -> None:
    driver = SQLiteDriver()
    driver.disconnect()
    with pytest.raises(DriverConnectionError, match="not connected"):
        driver.select("t")


def test_a_driver_connects_once(tmp_path: Path) -> None:
    driver = SQLiteDriver()
    driver.connect({"path": str(tmp_path / "a.db")})
    with pytest.raises(DriverConnectionError, match="connected already"):
        driver.connect({"path": str(tmp_path / "b.db")})
    driver.disconnect()
    driver.connect({"path": str(tmp_path / "b.db")})
    driver.disconnect()
