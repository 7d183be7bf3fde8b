"""The one cattrs converter of the messages.

Fields that equal their default stay out of the dict; an unknown field is refused.  Rows
are passed through as they are: cattrs over every cell would cost more than the
database's work (measured: 0.6 µs a value).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Dict, List

from cattrs import Converter
from cattrs.fns import identity

from ..rows import RowBlock

if TYPE_CHECKING:
    Wire = Any
else:

    class Wire:
        """The type of a field that travels as it is.

        ``Any`` would make cattrs look at every value in it, rows included.
        """


def _structure_as_is(value: Any, _: Any) -> Any:
    """Keep a value as it came."""
    return value


def _unstructure_block(block: RowBlock) -> List[Any]:
    """Take a block apart into its columns and its rows."""
    return [block.columns, block.rows]


def _structure_block(value: Any, _: Any) -> RowBlock:
    """Make a block of its columns and its rows."""
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
def structure_hook(message_class: type) -> Callable[[Any, Any], Any]:
    """Return the function that puts messages of one class together."""
    return message_converter().get_structure_hook(message_class)
