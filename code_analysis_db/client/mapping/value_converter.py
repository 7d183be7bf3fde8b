"""Values inside JSON columns, both ways, by their declared types.

cattrs makes the converters; unlike its default, a value of another type is refused and
never turned into what was declared (``5`` is no ``str``, a dict no list of its keys).
Plain columns need none of this: their values cross the wire with their types.
"""

from __future__ import annotations

import collections.abc
from typing import Any, Callable, Type, TypeVar, get_args, get_origin

from cattrs import Converter
from cattrs.cols import list_structure_factory, mapping_structure_factory

_V = TypeVar("_V")
_Hook = Callable[[Any, Any], Any]


def make_value_converter() -> Converter:
    """Return a converter for the inside of JSON columns.

    An attribute that a stored object has beside the declared ones is left out.
    """
    converter = Converter()
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _expect)
    converter.register_structure_hook(float, _expect_number)
    converter.register_structure_hook_factory(_is_list, _list_hook)
    converter.register_structure_hook_factory(_is_dict, _dict_hook)
    return converter


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


def _is_list(annotation: Any) -> bool:
    """Tell whether a JSON list is what a type takes."""
    return _origin(annotation) in (list, collections.abc.Sequence)


def _is_dict(annotation: Any) -> bool:
    """Tell whether a JSON object is what a type takes, one of no class of its own."""
    return _origin(annotation) in (dict, collections.abc.Mapping)


def _origin(annotation: Any) -> Any:
    """Return a generic type without its arguments."""
    return get_origin(annotation) or annotation


def _list_hook(annotation: Any, converter: Converter) -> _Hook:
    """Make the hook of a list."""
    return _checked(annotation, list, list_structure_factory, converter)


def _dict_hook(annotation: Any, converter: Converter) -> _Hook:
    """Make the hook of a dict."""
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
