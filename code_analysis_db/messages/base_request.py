"""What every request has in common.

A request is a frozen value with the fields of one method of the unified interface.  Its
fields are typed as loosely as they travel; :meth:`BaseRequest.validate` says what they
must be, on the side that sends as on the side that receives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any, Callable, ClassVar, Dict, Tuple, Type, TypeVar, cast

import attrs
from cattrs.errors import ForbiddenExtraKeysError

from ..exceptions import InvalidRequestError
from ..short_repr import short_repr
from .check import Check
from .converter import structure_hook, unstructure_hook

_Self = TypeVar("_Self", bound="BaseRequest")
_Rule = Tuple[str, Any, Callable[[Any], bool], str]


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

    def validate(self) -> None:
        """Check every field that is not left at its default."""
        for name, default, test, _ in _rules_of(type(self)):
            value = getattr(self, name)
            if value is not default and not test(value):
                raise self._refusal()

    def _refusal(self) -> InvalidRequestError:
        """Return the error that names every field that is wrong."""
        faults = [
            f"{name}: expected {expects}, got {short_repr(getattr(self, name))}"
            for name, default, test, expects in _rules_of(type(self))
            if getattr(self, name) is not default and not test(getattr(self, name))
        ]
        return InvalidRequestError(f"{self.name}: " + "; ".join(faults))

    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""
        return unstructure_hook(type(self))(self)

    @classmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the request that :meth:`to_dict` took apart."""
        try:
            request: _Self = structure_hook(cls)(data, cls)
            return request
        except ForbiddenExtraKeysError as error:
            names = ", ".join(sorted(map(repr, error.extra_fields)))
            raise InvalidRequestError(f"{cls.name}: unknown field {names}") from None
        except KeyError as error:
            raise InvalidRequestError(f"{cls.name}: field {error} is missing") from None
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidRequestError(
                f"{cls.name}: malformed fields: {error}"
            ) from error


@lru_cache(maxsize=None)
def _rules_of(request_class: Type[FieldRequest]) -> Tuple[_Rule, ...]:
    """Return (field, default, test, what is expected) of each field."""
    rules = []
    for field in attrs.fields(cast(Type[attrs.AttrsInstance], request_class)):
        check: Check = field.metadata["check"]
        rules.append((field.name, field.default, check.test, check.expects))
    return tuple(rules)
