"""What is measured, one scenario a file, in the order of a whole run."""

from __future__ import annotations

from typing import Dict, Type

from .backup import Backup
from .base import Scenario
from .bulk import Bulk
from .crowd_select import CrowdSelect
from .database_server import MySQL, Postgres
from .durable_insert import DurableInsert
from .footprint import Footprint
from .indexing import Indexing
from .mixed import Mixed
from .objects import Objects
from .point_select import PointSelect
from .responsiveness import Responsiveness
from .schema import SchemaSync
from .side_by_side import SideBySide
from .search import Search
from .stream import Stream

SCENARIOS: Dict[str, Type[Scenario]] = {
    scenario.name: scenario
    for scenario in (
        PointSelect,
        CrowdSelect,
        DurableInsert,
        Mixed,
        Bulk,
        Stream,
        Objects,
        Search,
        Indexing,
        SideBySide,
        Responsiveness,
        Footprint,
        SchemaSync,
        Backup,
        Postgres,
        MySQL,
    )
}

__all__ = ["SCENARIOS", "Scenario"]
