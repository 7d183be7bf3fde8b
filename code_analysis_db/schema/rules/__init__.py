"""What a value must be to stand in a column, the same on every database.

A rule checks the values of one column and brings them to the normal form of its
type; how a database stores that form is its dialect's matter.
"""

from .factory import value_rule
from .value_rule import ValueRule

__all__ = ["ValueRule", "value_rule"]
