"""Tables as values: what a definition says, checked and normalised; and what differs
between two states of a table.

Knows no database and no SQL; the dialects turn these values into text.
"""

from .column import Column, DefaultExpression, DefaultValue, NativeDefault
from .comparison import compare_tables
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .conversion import Conversion, conversion
from .difference import ColumnChange, TableDifference
from .hint import near_hint
from .identifier import INTERNAL_PREFIX
from .index import Index, IndexColumn, PartialCondition
from .logical_type import portable_definition
from .reference import check_reference
from .rename import column_renames, table_renames
from .rules import ValueRule, value_rule
from .schema import Schema, portable_schema
from .table import Table
from .version import is_newer

__all__ = [
    "Schema",
    "Table",
    "Column",
    "DefaultValue",
    "DefaultExpression",
    "NativeDefault",
    "UniqueConstraint",
    "ForeignKey",
    "CheckConstraint",
    "Index",
    "IndexColumn",
    "PartialCondition",
    "TableDifference",
    "ColumnChange",
    "Conversion",
    "ValueRule",
    "compare_tables",
    "conversion",
    "column_renames",
    "table_renames",
    "is_newer",
    "value_rule",
    "portable_schema",
    "portable_definition",
    "check_reference",
    "near_hint",
    "INTERNAL_PREFIX",
]
