"""A class with what belongs to it."""

from __future__ import annotations

from typing import List

import attrs

from .class_ import Class
from .method import Method


@attrs.define(kw_only=True)
class ClassStructure:
    """A class and its methods.

    Attributes:
        definition: the class itself.
        methods: in the order of their lines.
    """

    definition: Class
    methods: List[Method] = attrs.field(factory=list)
