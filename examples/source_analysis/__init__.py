"""What a Python source file holds, found with ``ast``.

:func:`analyse` makes the objects that a file's analysis consists of: its definitions
with their complexity, its imports and usages, its issues, and the text to search.
"""

from __future__ import annotations

from .analysis import analyse, indexing_error
from .source_text import storable

__all__ = ["analyse", "indexing_error", "storable"]
