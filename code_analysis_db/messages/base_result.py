"""What every result has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Dict, Type, TypeVar

from cattrs.errors import ForbiddenExtraKeysError

from ..exceptions import ProtocolError
from .converter import structure_hook, unstructure_hook

_Self = TypeVar("_Self", bound="BaseResult")


class BaseResult(ABC):
    """What came of a request."""

    __slots__ = ()

    @abstractmethod
    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""

    @classmethod
    @abstractmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the result that :meth:`to_dict` took apart.

        Raises:
            ProtocolError: a field is missing or unknown.
        """

    @abstractmethod
    def is_success(self) -> bool:
        """Whether the request was done."""

    @abstractmethod
    def is_error(self) -> bool:
        """Whether the request failed; nothing was applied then."""


class FieldResult(BaseResult):
    """A result made of attrs fields."""

    __slots__ = ()

    def to_dict(self) -> Dict[str, Any]:
        """Return the fields that differ from their defaults."""
        return unstructure_hook(type(self))(self)

    @classmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the result that :meth:`to_dict` took apart."""
        try:
            result: _Self = structure_hook(cls)(data, cls)
            return result
        except (ForbiddenExtraKeysError, LookupError, TypeError, ValueError) as error:
            raise ProtocolError(f"malformed {cls.__name__}: {error!r}") from error

    def is_success(self) -> bool:
        """Whether the request was done."""
        return not self.is_error()

    def is_error(self) -> bool:
        """Whether the request failed; nothing was applied then."""
        return False
