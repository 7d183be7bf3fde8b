"""The figures of a file or of a project."""

from __future__ import annotations

from typing import Dict, Optional

import attrs


@attrs.frozen(kw_only=True)
class CodeStatistics:
    """What files define and how well.

    Attributes:
        lines: how many lines there are.
        missing_docstrings: how many classes, methods and functions have none.
        average_complexity: of the methods and functions whose complexity is known;
            None where there are none.
        highest_complexity: the highest of them.
        issues_by_type: how many issues there are of each type.
    """

    lines: int
    classes: int
    methods: int
    functions: int
    imports: int
    usages: int
    issues: int
    missing_docstrings: int
    average_complexity: Optional[float]
    highest_complexity: Optional[int]
    issues_by_type: Dict[str, int]
