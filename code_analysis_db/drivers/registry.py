"""Which drivers there are, by name, and how one is made.

The drivers of database servers need packages that not everybody installs: each is
imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, List, Mapping, NamedTuple, Type, Union

from ..exceptions import (
    ConfigurationError,
    MissingDependencyError,
    UnknownDriverError,
)
from ..schema import near_hint
from .base import BaseDatabaseDriver
from .sqlite import SQLiteDriver


class _Unloaded(NamedTuple):
    """Where a driver is that was not asked for yet.

    Attributes:
        module: of this package.
        class_name: in the module.
        needs: the package that it imports.
        extra: of ours, that installs it.
    """

    module: str
    class_name: str
    needs: str
    extra: str


_DRIVERS: Dict[str, Union[Type[BaseDatabaseDriver], _Unloaded]] = {
    "sqlite": SQLiteDriver,
    "postgres": _Unloaded(".postgres", "PostgresDriver", "psycopg2", "postgres"),
    "mysql": _Unloaded(".mysql", "MySQLDriver", "pymysql", "mysql"),
}


def register_driver(name: str, driver_class: Type[BaseDatabaseDriver]) -> None:
    """Make a driver known under ``name``, in place of one that had the name.

    Raises:
        TypeError: ``driver_class`` is no :class:`BaseDatabaseDriver`.
    """
    if not (
        isinstance(driver_class, type) and issubclass(driver_class, BaseDatabaseDriver)
    ):
        raise TypeError(
            f"driver {name!r} must be a subclass of BaseDatabaseDriver,"
            f" not {driver_class!r}"
        )
    _DRIVERS[name] = driver_class


def driver_names() -> List[str]:
    """Return the names of the registered drivers, sorted."""
    return sorted(_DRIVERS)


def driver_class(name: str) -> Type[BaseDatabaseDriver]:
    """Return the class that is registered under ``name``.

    Raises:
        UnknownDriverError: no driver has the name.
        MissingDependencyError: the package that the driver needs is not installed.
    """
    found = _DRIVERS.get(str(name))
    if found is None:
        hint = near_hint(str(name), _DRIVERS)
        raise UnknownDriverError(
            f"unknown driver {name!r}{hint}; registered are {driver_names()}"
        )
    if isinstance(found, _Unloaded):
        found = _load(str(name), found)
        _DRIVERS[str(name)] = found
    return found


def _load(name: str, place: _Unloaded) -> Type[BaseDatabaseDriver]:
    """Import a driver."""
    try:
        module = import_module(place.module, __package__)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != place.needs:
            raise
        raise MissingDependencyError(
            f"driver {name!r} needs the package {place.needs!r}, which is not"
            f" installed; pip install 'code_analysis_db[{place.extra}]'"
        ) from error
    loaded: Type[BaseDatabaseDriver] = getattr(module, place.class_name)
    return loaded


def create_driver(name: str, config: Mapping[str, Any]) -> BaseDatabaseDriver:
    """Make the driver called ``name`` and connect it with ``config["config"]``.

    Raises:
        UnknownDriverError: no driver has the name.
        MissingDependencyError: the package that the driver needs is not installed.
        ConfigurationError: the configuration has faults; all are named.
        DriverConnectionError: the database cannot be opened.
    """
    chosen = driver_class(name)
    if not isinstance(config, Mapping) or "config" not in config:
        raise ConfigurationError(
            f"the configuration of driver {name!r} needs the key 'config', such as"
            " {'type': 'sqlite', 'config': {'path': 'code.db'}}"
        )
    driver = chosen()
    driver.connect(config["config"])
    return driver
