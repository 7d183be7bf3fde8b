"""Every example is run as a user would run it; their parts are imported, too."""

from __future__ import annotations

import sys

from .conftest import EXAMPLES

# where a script finds what stands beside it
sys.path.append(str(EXAMPLES))
