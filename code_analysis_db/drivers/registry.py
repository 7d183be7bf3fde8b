"""Which drivers there are, by name, and how one is made."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Type

from ..exceptions import ConfigurationError, UnknownDriverError
from ..schema import near_hint
from .base import BaseDatabaseDriver
from .sqlite import SQLiteDriver

_DRIVERS: Dict[str, Type[BaseDatabaseDriver]] = {"sqlite": SQLiteDriver}


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


def create_driver(name: str, config: Mapping[str, Any]) -> BaseDatabaseDriver:
    """Make the driver called ``name`` and connect it with ``config["config"]``.

    Raises:
        UnknownDriverError: no driver has the name.
        ConfigurationError: the configuration has faults; all are named.
        DriverConnectionError: the database cannot be opened.
    """
    driver_class = _DRIVERS.get(str(name))
    if driver_class is None:
        hint = near_hint(str(name), _DRIVERS)
        raise UnknownDriverError(
            f"unknown driver {name!r}{hint}; registered are {driver_names()}"
        )
    if not isinstance(config, Mapping) or "config" not in config:
        raise ConfigurationError(
            f"the configuration of driver {name!r} needs the key 'config', such as"
            " {'type': 'sqlite', 'config': {'path': 'code.db'}}"
        )
    driver = driver_class()
    driver.connect(config["config"])
    return driver
