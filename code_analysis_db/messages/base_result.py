"""What every result has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Dict, Type, TypeVar

from ..exceptions import ProtocolError
from .converter import MALFORMED, maker, misfit, unstructure_hook

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
        unstructure = unstructure_hook(type(self))
        # From now on what cattrs has written is the method itself.
        setattr(type(self), "to_dict", unstructure)
        return unstructure(self)

    @classmethod
    def from_dict(cls: Type[_Self], data: Dict[str, Any]) -> _Self:
        """Make the result that :meth:`to_dict` took apart."""
        try:
            result: _Self = maker(cls)(**data)
            return result
        except MALFORMED as error:
            fault = misfit(cls, data) or str(error)
            raise ProtocolError(f"malformed {cls.__name__}: {fault}") from error

    def is_success(self) -> bool:
        """Whether the request was done."""
        return not self.is_error()

    def is_error(self) -> bool:
        """Whether the request failed; nothing was applied then."""
        return False
