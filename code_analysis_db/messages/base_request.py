"""What every request has in common.

A request is a frozen value with the fields of one method of the unified interface.  Its
fields are typed as loosely as they travel; :meth:`BaseRequest.validate` says what they
must be, on the side that sends as on the side that receives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Dict, List, Tuple, Type, TypeVar, cast

import attrs
from cattrs.errors import ForbiddenExtraKeysError

from ..exceptions import InvalidRequestError
from ..short_repr import short_repr
from .check import Check
from .converter import message_converter

_Self = TypeVar("_Self", bound="BaseRequest")
_Rule = Tuple[str, Any, Check]


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


class FieldRequest(BaseRequest):
    """A request made of attrs fields that are declared with :func:`checked`."""

    __slots__ = ()
    _rules: ClassVar[Tuple[_Rule, ...]]

    def validate(self) -> None:
        """Check every field that is not left at its default."""
        faults: List[str] = []
        for name, default, rule in self._field_rules():
            value = getattr(self, name)
            if value is not default and not rule.test(value):
                faults.append(
                    f"{name}: expected {rule.expects}, got {short_repr(value)}"
                )
        if faults:
            raise InvalidRequestError(f"{self.name}: " + "; ".join(faults))

    @classmethod
    def _field_rules(cls) -> Tuple[_Rule, ...]:
        """Return (field, default, rule) of every field, worked out once a class."""
        rules = cls.__dict__.get("_rules")
        if rules is None:
            rules = cls._rules = tuple(
                (field.name, field.default, field.metadata["check"])
                for field in attrs.fields(cast(Type[attrs.AttrsInstance], cls))
            )
        return rules

    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""
        fields: Dict[str, Any] = message_converter().unstructure(self)
        return fields

    @classmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the request that :meth:`to_dict` took apart."""
        try:
            return message_converter().structure(data, cls)
        except ForbiddenExtraKeysError as error:
            names = ", ".join(sorted(map(repr, error.extra_fields)))
            raise InvalidRequestError(f"{cls.name}: unknown field {names}") from None
        except KeyError as error:
            raise InvalidRequestError(f"{cls.name}: field {error} is missing") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidRequestError(
                f"{cls.name}: malformed fields: {error}"
            ) from error
