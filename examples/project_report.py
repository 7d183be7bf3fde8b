"""Write a report on an indexed project: one HTML file with pictures and tables.

    python examples/project_report.py [--project NAME] [--output report.html]
                                      [--database FILE] [--config driver.json]

The file needs nothing beside it.  Index a project first, with index_project.py.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path

from database_arguments import add_database_arguments, driver_config, indexed_project
from report import gather, page

from code_analysis_db import DriverProcess


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="Write a report on a project.")
    parser.add_argument("--project", help="its name; the last one otherwise")
    parser.add_argument("--output", type=Path, default=Path("report.html"))
    add_database_arguments(parser)
    return parser.parse_args()


def main() -> None:
    """Ask the database and write the page."""
    given = arguments()
    with DriverProcess(driver_config(given)) as client:
        figures = gather(client, indexed_project(client, given.project))
    text = page(figures, datetime.now(timezone.utc))
    given.output.write_text(text, "utf-8")
    print(f"{given.output}: {len(figures.files):,} files, {len(text):,} characters")


if __name__ == "__main__":
    main()
