"""The arguments by which the examples are told their database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Dict, Optional

from code_analysis_db import DatabaseClient
from code_analysis_db.objects import Project

DATABASE = "code_index.db"


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command take ``--database`` and ``--config``."""
    parser.add_argument("--config", type=Path, help="a driver's configuration as JSON")
    parser.add_argument("--database", default=DATABASE, help="an SQLite file")


def driver_config(given: argparse.Namespace) -> Dict[str, Any]:
    """Return the driver's configuration that a command line asks for."""
    if given.config:
        config: Dict[str, Any] = json.loads(given.config.read_text("utf-8"))
        return config
    return {"type": "sqlite", "config": {"path": given.database}}


def indexed_project(client: DatabaseClient, name: Optional[str]) -> Project:
    """Return the project of a name, the one indexed last if none is given.

    Ends the command where there is none.
    """
    named = {"name": name} if name else None
    found = client.projects.first(named, order_by=[("updated_at", "DESC")])
    if found is None:
        wanted = f"project {name!r}" if name else "project"
        raise SystemExit(f"no {wanted} in the database: run index_project.py first")
    return found
