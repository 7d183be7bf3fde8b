"""An HTML report on a project, made of what the database knows about it.

``figures`` asks the database, ``page`` writes the document, ``chart`` and ``treemap``
draw its pictures, ``markup`` sees to it that every text is escaped.
"""

from __future__ import annotations

from .figures import Figures, gather
from .page import page

__all__ = ["Figures", "gather", "page"]
