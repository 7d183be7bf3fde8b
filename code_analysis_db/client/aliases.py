"""The types of the arguments and values of the table methods."""

from __future__ import annotations

from typing import Any, Mapping, Sequence, Union

#: What identifies a row: an int for a numbered key, the text of a text or UUID key, 0
#: where the table has no single-column key, None where a conflict was ignored.
RowId = Union[int, str, None]

#: A condition in the ``where`` grammar.
Where = Mapping[str, Any]

#: A column's name, or a list of items: ``"name"``, ``("name", "DESC")`` or
#: ``["name", "DESC"]``.
OrderBy = Union[str, Sequence[Any]]

#: Parameters of raw SQL, by place or by name.
Params = Union[Sequence[Any], Mapping[str, Any]]

#: The columns that a write returns, or ``"*"`` for all of them.
Returning = Union[Sequence[str], str]
