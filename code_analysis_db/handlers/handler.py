"""What a handler is."""

from __future__ import annotations

from typing import Any, Callable, Dict, Type

from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult

#: Answers requests of one class; a failure is raised.
Handler = Callable[[Any], FieldResult]
HandlerTable = Dict[Type[FieldRequest], Handler]
