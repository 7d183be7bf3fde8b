"""What every request has in common.

A request is a frozen value with the fields of one method of the unified interface.  Its
fields are typed as loosely as they travel; :meth:`BaseRequest.validate` says what they
must be, on the side that sends as on the side that receives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, ClassVar, Dict, FrozenSet, Type, TypeVar, cast

import attrs

from ..exceptions import InvalidRequestError
from ..short_repr import short_repr
from .check import Check
from .converter import MALFORMED, maker, misfit, unstructure_hook

_Self = TypeVar("_Self", bound="BaseRequest")
_Sent = TypeVar("_Sent", bound="FieldRequest")


class BaseRequest(ABC):
    """One call of the unified interface.

    Attributes:
        name: the call's name on the wire.
        writes: whether it may change the database.
    """

    __slots__ = ()
    name: ClassVar[str]
    writes: ClassVar[bool] = False

    @abstractmethod
    def validate(self) -> None:
        """Check every field.

        Raises:
            InvalidRequestError: naming every field that is wrong.
        """

    @abstractmethod
    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""

    @classmethod
    @abstractmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the request that :meth:`to_dict` took apart.

        Raises:
            InvalidRequestError: a field is missing or unknown.
        """


def checked(rule: Check, **kwargs: Any) -> Any:
    """Declare a field that must pass ``rule``; None passes where it is the default."""
    return attrs.field(metadata={"check": rule}, **kwargs)


@attrs.frozen
class _Rule:
    """What a field of a request may hold."""

    default: Any
    check: Check

    def allows(self, value: Any) -> bool:
        """Tell whether the field may hold the value."""
        return value is self.default or self.check.test(value)


class FieldRequest(BaseRequest):
    """A request made of attrs fields that are declared with :func:`checked`."""

    __slots__ = ()

    def validate(self) -> None:
        """Check every field that is not left at its default."""
        faults = [
            f"{name}: expected {rule.check.expects},"
            f" got {short_repr(getattr(self, name))}"
            for name, rule in _rules_of(type(self)).items()
            if not rule.allows(getattr(self, name))
        ]
        if faults:
            raise InvalidRequestError(f"{self.name}: " + "; ".join(faults))

    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""
        unstructure = unstructure_hook(type(self))
        # From now on what cattrs has written is the method itself.
        setattr(type(self), "to_dict", unstructure)
        return unstructure(self)

    @classmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the request that :meth:`to_dict` took apart."""
        try:
            request: _Self = maker(cls)(**data)
            return request
        except MALFORMED as error:
            fault = misfit(cls, data) or f"malformed fields: {error}"
            raise InvalidRequestError(f"{cls.name}: {fault}") from error

    @classmethod
    def received(cls: Type[_Sent], data: Dict[str, Any]) -> _Sent:
        """Make the request that arrived as ``data``, and check it.

        As :meth:`from_dict` and :meth:`validate` do, but a field that can be right only
        is not looked at twice.
        """
        request = cls.from_dict(data)
        plain = _plain_types_of(cls)
        for name, value in data.items():
            if not value or type(value) not in plain[name]:
                request.validate()
                break
        return request


@lru_cache(maxsize=None)
def _rules_of(request_class: Type[FieldRequest]) -> Dict[str, _Rule]:
    """Return the rule of each field under its name."""
    return {
        field.name: _Rule(field.default, field.metadata["check"])
        for field in attrs.fields(cast(Type[attrs.AttrsInstance], request_class))
    }


@lru_cache(maxsize=None)
def _plain_types_of(request_class: Type[FieldRequest]) -> Dict[str, FrozenSet[type]]:
    """Return the types of each field whose values are right unless they are empty."""
    rules = _rules_of(request_class)
    return {name: rule.check.plain for name, rule in rules.items()}
