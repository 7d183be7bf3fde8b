"""The benchmark: what code_analysis_db reaches beside its peers on one machine.

``python -m tests.performance`` measures; ``test_performance.py`` checks only that a
short form of it runs.  Every figure is a ratio of two measurements of one run, taken
in turns, so that what disturbs the machine disturbs both.
"""

from __future__ import annotations

import sys
from pathlib import Path

# what is indexed is found by the analysis of the examples
sys.path.append(str(Path(__file__).resolve().parents[2] / "examples"))
