"""Reads a driver's configuration from a dict, and names every fault at once.

A configuration is an attrs class; each of its fields has a validator made by one of
the functions below.  Nothing here knows a particular driver's keys.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Callable, List, Mapping, Optional, Tuple, Type, TypeVar

import attrs

from ..exceptions import ConfigurationError
from ..schema import near_hint

Validator = Callable[[Any, Any, Any], None]
_Config = TypeVar("_Config", bound=attrs.AttrsInstance)
_Class = Tuple[Type[Any], ...]


def read_configuration(
    driver: str, cls: Type[_Config], config: Mapping[str, Any]
) -> _Config:
    """Make a ``cls`` of the keys of ``config``.

    Raises:
        ConfigurationError: keys are missing, unknown or have values that do not do;
            the message names all of them.
    """
    if not isinstance(config, Mapping):
        raise ConfigurationError(
            f"the configuration of driver {driver!r} must be a dict, not of"
            f" type {type(config).__name__}"
        )
    fields = attrs.fields_dict(cls)
    faults = [
        f"unknown key {key!r}{near_hint(str(key), fields)}"
        for key in config
        if key not in fields
    ]
    faults += _field_faults(fields, config)
    if faults:
        raise ConfigurationError(
            f"configuration of driver {driver!r}: " + "; ".join(faults)
        )
    return cls(**config)


def _field_faults(fields: Mapping[str, Any], config: Mapping[str, Any]) -> List[str]:
    """Return what is wrong with the values of the known keys."""
    faults = []
    for name, field in fields.items():
        if name not in config:
            if field.default is attrs.NOTHING:
                faults.append(f"missing key {name!r}")
            continue
        try:
            field.validator(None, field, config[name])
        except ValueError as fault:
            faults.append(str(fault))
    return faults


def number(
    minimum: float, maximum: Optional[float] = None, *, optional: bool = False
) -> Validator:
    """Return a validator of an int or float within the bounds."""
    return _bounded("a number", (Real,), minimum, maximum, optional)


def integer(
    minimum: int, maximum: Optional[int] = None, *, optional: bool = False
) -> Validator:
    """Return a validator of an int within the bounds."""
    return _bounded("an int", (int,), minimum, maximum, optional)


def _bounded(
    kind: str,
    classes: _Class,
    minimum: float,
    maximum: Optional[float],
    optional: bool,
) -> Validator:
    """Return a validator of a number of the classes within the bounds."""
    wanted = f"{kind} of at least {minimum}"
    if maximum is not None:
        wanted = f"{kind} from {minimum} to {maximum}"
    if optional:
        wanted += " or None"

    def validate(instance: Any, field: Any, value: Any) -> None:
        """Refuse what is no such number; bool is none, nor is NaN."""
        if value is None and optional:
            return
        if (
            isinstance(value, bool)
            or not isinstance(value, classes)
            or not value >= minimum
            or (maximum is not None and value > maximum)
        ):
            raise ValueError(f"{field.name} must be {wanted}, not {value!r}")

    return validate


def choice(*names: str) -> Validator:
    """Return a validator of one of the names, in lower case."""

    def validate(instance: Any, field: Any, value: Any) -> None:
        """Refuse any other value."""
        if value not in names:
            known = ", ".join(map(repr, names))
            raise ValueError(f"{field.name} must be one of {known}, not {value!r}")

    return validate


def flag(instance: Any, field: Any, value: Any) -> None:
    """Refuse what is no bool."""
    if not isinstance(value, bool):
        raise ValueError(f"{field.name} must be True or False, not {value!r}")
