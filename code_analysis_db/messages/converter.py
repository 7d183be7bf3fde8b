"""The one cattrs converter of the messages.

Fields that equal their default stay out of the dict; an unknown field is refused.  Rows
are passed through as they are: cattrs over every cell would cost more than the
database's work (measured: 0.6 µs a value).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Type

import attrs
from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.fns import identity

from ..rows import RowBlock

if TYPE_CHECKING:
    Wire = Any
else:

    class Wire:
        """The type of a field that travels as it is.

        ``Any`` would make cattrs look at every value in it, rows included.
        """


#: What is raised for fields that do not make a message.
MALFORMED = (
    ForbiddenExtraKeysError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
)


def _structure_as_is(value: Any, _: Any) -> Any:
    """Keep a value as it came."""
    return value


def _unstructure_block(block: RowBlock) -> List[Any]:
    """Take a block apart into its columns and its rows."""
    return [block.columns, block.rows]


def _structure_block(value: Any, _: Any) -> RowBlock:
    """Make a block of its columns and its rows; one that came ahead is one already."""
    if isinstance(value, RowBlock):
        return value
    columns, rows = value
    return RowBlock(columns, rows)


@lru_cache(maxsize=1)
def message_converter() -> Converter:
    """Return the converter that turns messages into dicts and back."""
    converter = Converter(
        omit_if_default=True, forbid_extra_keys=True, detailed_validation=False
    )
    converter.register_unstructure_hook(Wire, identity)
    converter.register_structure_hook(Wire, _structure_as_is)
    converter.register_unstructure_hook(RowBlock, _unstructure_block)
    converter.register_structure_hook(RowBlock, _structure_block)
    return converter


@lru_cache(maxsize=None)
def unstructure_hook(message_class: type) -> Callable[[Any], Dict[str, Any]]:
    """Return the function that takes messages of one class apart.

    Calling it directly saves the converter's dispatch, which costs more than the work.
    """
    return message_converter().get_unstructure_hook(message_class)


@lru_cache(maxsize=None)
def maker(message_class: Type[Any]) -> Callable[..., Any]:
    """Return what makes a message of one class of its fields as they came.

    Where nothing of it has to be put together from parts, that is the class itself:
    what cattrs generates does the same field by field, in four times the time.
    """
    fields = attrs.fields(attrs.resolve_types(message_class))
    if all(field.type is Wire for field in fields):
        return message_class
    structure = message_converter().get_structure_hook(message_class)

    def make(**received: Any) -> Any:
        """Have cattrs put the parts together."""
        return structure(received, message_class)

    return make


def misfit(message_class: type, fields: Any) -> str:
    """Return what is wrong with the fields' names, empty where they fit the class."""
    known: Any = attrs.fields(message_class)
    if not isinstance(fields, dict):
        return ""
    unknown = fields.keys() - {field.name for field in known}
    if unknown:
        return f"unknown field {', '.join(sorted(map(repr, unknown)))}"
    for field in known:
        if field.default is attrs.NOTHING and field.name not in fields:
            return f"field {field.name!r} is missing"
    return ""
