"""All methods that read and write rows."""

from __future__ import annotations

from .read_methods import ReadMethods
from .sql_methods import SqlMethods
from .write_methods import WriteMethods


class TableMethods(WriteMethods, ReadMethods, SqlMethods):
    """The methods that the client, a transaction and a batch have in common."""
