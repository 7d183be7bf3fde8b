"""Reads a driver's configuration from a dict, and names every fault at once.

A configuration is an attrs class; each of its fields has a validator made by one of
the functions below.  Nothing here knows a particular driver's keys.
"""

from __future__ import annotations

from numbers import Real
from typing import (
    Any,
    Callable,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
)

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
    check_is_mapping(driver, config)
    refuse_faults(driver, find_faults(cls, config))
    return cls(**config)


def check_is_mapping(driver: str, config: Any) -> None:
    """Refuse a configuration that is no dict.

    Raises:
        ConfigurationError: it is none.
    """
    if not isinstance(config, Mapping):
        raise ConfigurationError(
            f"the configuration of driver {driver!r} must be a dict, not of"
            f" type {type(config).__name__}"
        )


def find_faults(
    cls: Type[attrs.AttrsInstance], config: Mapping[str, Any], *, whole: bool = True
) -> List[str]:
    """Return what is wrong with the keys of ``config`` and their values.

    Args:
        whole: whether a key that must be there and is not counts.
    """
    fields = attrs.fields_dict(cls)
    faults = [
        f"unknown key {key!r}{near_hint(str(key), fields)}"
        for key in config
        if key not in fields
    ]
    return faults + _field_faults(fields, config, whole)


def refuse_faults(driver: str, faults: Sequence[str]) -> None:
    """Raise where there are faults.

    Raises:
        ConfigurationError: it names all of them.
    """
    if faults:
        raise ConfigurationError(
            f"configuration of driver {driver!r}: " + "; ".join(faults)
        )


def _field_faults(
    fields: Mapping[str, Any], config: Mapping[str, Any], whole: bool
) -> List[str]:
    """Return what is wrong with the values of the known keys."""
    faults = []
    for name, field in fields.items():
        if name not in config:
            if whole and field.default is attrs.NOTHING:
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


def text(*, optional: bool = False, secret: bool = False) -> Validator:
    """Return a validator of a text that is not empty and holds no NUL.

    Args:
        secret: say of a wrong value its type only.
    """
    wanted = "a text or None" if optional else "a text that is not empty"

    def validate(instance: Any, field: Any, value: Any) -> None:
        """Refuse what is no such text."""
        if value is None and optional:
            return
        if not isinstance(value, str):
            shown = f"of type {type(value).__name__}" if secret else repr(value)
            raise ValueError(f"{field.name} must be {wanted}, not {shown}")
        if "\0" in value or not (value or secret):
            shown = "" if secret else f": {value!r}"
            raise ValueError(f"{field.name} must hold text without NULs{shown}")

    return validate
