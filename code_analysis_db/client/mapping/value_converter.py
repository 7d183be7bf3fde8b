"""Values inside JSON columns, both ways, by their declared types.

cattrs makes the hooks; unlike its default, a value of another type is refused and
never turned into what was declared (``5`` is no ``str``, a dict no list of its keys).
What JSON has no type for travels as text, where its type is declared; what is ``Any``
stays as it is, and must be JSON already.
Plain columns need none of this: their values cross the wire with their types.
"""

from __future__ import annotations

import base64
import collections.abc
from datetime import date, datetime, time
from decimal import Decimal
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Tuple,
    Type,
    TypeVar,
    get_args,
    get_origin,
)
from uuid import UUID

import attrs
from cattrs import Converter
from cattrs.cols import list_structure_factory, mapping_structure_factory
from cattrs.gen import make_dict_unstructure_fn

_V = TypeVar("_V")
_Hook = Callable[[Any, Any], Any]
_Writer = Callable[[Any], Any]

_UNTYPED = (Any, list, dict, List, Dict)
_AS_TEXT: Dict[type, Tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    Decimal: (str, Decimal),
    UUID: (str, UUID),
    bytes: (
        lambda value: base64.b64encode(value).decode(),
        lambda text: base64.b64decode(text, validate=True),
    ),
}


def make_value_converter() -> Converter:
    """Return a converter for the inside of JSON columns.

    An attribute that a stored object has beside the declared ones is left out.
    """
    converter = Converter()
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _expect)
    converter.register_structure_hook(float, _expect_number)
    for kind, (to_text, from_text) in _AS_TEXT.items():
        converter.register_unstructure_hook(kind, to_text)
        converter.register_structure_hook(kind, _text_hook(from_text))
    for is_container, write, read in (
        (_is_list, _list_writer, _list_reader),
        (_is_dict, _dict_writer, _dict_reader),
    ):
        converter.register_unstructure_hook_factory(is_container, write)
        converter.register_structure_hook_factory(is_container, read)
    converter.register_unstructure_hook_factory(_is_tuple, _tuple_writer)
    converter.register_unstructure_hook_factory(attrs.has, _object_writer)
    converter.register_unstructure_hook_func(_is_untyped, _as_it_is)
    return converter


# --- what stands in a container -------------------------------------------------------


def _expect(value: Any, wanted: Type[_V]) -> _V:
    """Return ``value`` if it is exactly of the type that is wanted."""
    if type(value) is wanted:
        return value
    raise TypeError(f"expected {wanted.__name__}, got {value!r}")


def _expect_number(value: Any, _: Type[float]) -> float:
    """Return a float; JSON writes whole ones as ints."""
    if type(value) in (float, int):
        return float(value)
    raise TypeError(f"expected float, got {value!r}")


def _text_hook(from_text: Callable[[str], Any]) -> _Hook:
    """Make the hook of what travels as text."""

    def read(value: Any, wanted: Type[Any]) -> Any:
        """Read the text."""
        try:
            return from_text(_expect(value, str))
        except (TypeError, ValueError, ArithmeticError):
            raise TypeError(f"expected {wanted.__name__} as text, got {value!r}")

    return read


def _is_untyped(annotation: Any) -> bool:
    """Tell whether a type says nothing of what is inside."""
    return any(annotation is untyped for untyped in _UNTYPED)


def _as_it_is(value: Any) -> Any:
    """Return what is to be JSON already."""
    return value


def _is_list(annotation: Any) -> bool:
    """Tell whether a JSON list is what a type takes."""
    return _origin(annotation) in (list, collections.abc.Sequence)


def _is_dict(annotation: Any) -> bool:
    """Tell whether a JSON object is what a type takes, one of no class of its own."""
    return _origin(annotation) in (dict, collections.abc.Mapping)


def _origin(annotation: Any) -> Any:
    """Return a generic type without its arguments."""
    return get_origin(annotation) or annotation


def _is_tuple(annotation: Any) -> bool:
    """Tell whether a tuple is meant."""
    return _origin(annotation) is tuple


# --- from JSON ------------------------------------------------------------------------


def _list_reader(annotation: Any, converter: Converter) -> _Hook:
    """Make the hook that reads a list."""
    return _checked(annotation, list, list_structure_factory, converter)


def _dict_reader(annotation: Any, converter: Converter) -> _Hook:
    """Make the hook that reads a dict."""
    return _checked(annotation, dict, mapping_structure_factory, converter)


def _checked(
    annotation: Any, wanted: type, factory: Any, converter: Converter
) -> _Hook:
    """Make a hook that checks the container, then its members if they are typed."""
    arguments = get_args(annotation)
    if not arguments or arguments[-1] is Any:
        return lambda value, _: _expect(value, wanted)
    members: _Hook = factory(annotation, converter)
    return lambda value, _: members(_expect(value, wanted), annotation)


# --- to JSON --------------------------------------------------------------------------

# The writers of cattrs take any iterable for a list and the first items of a tuple;
# these refuse what would come back as something else.


def _list_writer(annotation: Any, converter: Converter) -> _Writer:
    """Make the hook that writes a list."""
    write = _writer_of(get_args(annotation)[0], converter)
    return lambda value: [write(item) for item in _expect_kind(value, list)]


def _dict_writer(annotation: Any, converter: Converter) -> _Writer:
    """Make the hook that writes a dict."""
    write_key, write = (_writer_of(a, converter) for a in get_args(annotation))
    return lambda value: {
        write_key(key): write(item) for key, item in _expect_kind(value, dict).items()
    }


def _tuple_writer(annotation: Any, converter: Converter) -> _Writer:
    """Make the hook that writes a tuple as a list."""
    arguments = get_args(annotation)
    if not arguments:
        return lambda value: list(_expect_kind(value, tuple))
    if arguments[-1] is Ellipsis:
        write = _writer_of(arguments[0], converter)
        return lambda value: [write(item) for item in _expect_kind(value, tuple)]
    writers = [_writer_of(argument, converter) for argument in arguments]

    def write_each(value: Any) -> List[Any]:
        """Write the items, each as its place demands."""
        if len(_expect_kind(value, tuple)) != len(writers):
            raise TypeError(f"expected {len(writers)} items, got {value!r}")
        return [write(item) for write, item in zip(writers, value)]

    return write_each


def _object_writer(cls: Any, converter: Converter) -> _Writer:
    """Make the hook that writes an object as a dict of its attributes."""
    write: _Writer = make_dict_unstructure_fn(cls, converter)
    return lambda value: write(_expect_kind(value, cls))


def _writer_of(annotation: Any, converter: Converter) -> _Writer:
    """Return what writes a member, which is looked up when it is wanted first: a class
    may hold others of its own."""
    found: List[_Writer] = []

    def write(value: Any) -> Any:
        """Write the member."""
        if not found:
            found.append(converter.get_unstructure_hook(annotation))
        return found[0](value)

    return write


def _expect_kind(value: Any, wanted: Type[_V]) -> _V:
    """Return ``value`` if it is an instance of the type that is wanted."""
    if isinstance(value, wanted):
        return value
    raise TypeError(f"expected {wanted.__name__}, got {value!r}")
