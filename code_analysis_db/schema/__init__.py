"""Tables as values: what a definition says, checked and normalised.

Knows no database and no SQL; the dialects turn these values into text.
"""

from .column import Column, DefaultExpression, DefaultValue
from .constraint import CheckConstraint, ForeignKey, UniqueConstraint
from .hint import near_hint
from .identifier import INTERNAL_PREFIX
from .index import Index, IndexColumn, PartialCondition
from .logical_type import portable_definition
from .reference import check_reference
from .rules import ValueRule, value_rule
from .table import Table

__all__ = [
    "Table",
    "Column",
    "DefaultValue",
    "DefaultExpression",
    "UniqueConstraint",
    "ForeignKey",
    "CheckConstraint",
    "Index",
    "IndexColumn",
    "PartialCondition",
    "ValueRule",
    "value_rule",
    "portable_definition",
    "check_reference",
    "near_hint",
    "INTERNAL_PREFIX",
]
