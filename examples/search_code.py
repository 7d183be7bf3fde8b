"""Search the indexed code: every hit with its file, its line and its text.

    python examples/search_code.py QUERY... [--kind function] [--limit N]
                                   [--project NAME] [--database FILE]
                                   [--config driver.json]

The query is words, "words in quotes", word*, this OR that; -word leaves out (put --
before a query that begins with it).  The parts of identifiers are words.  Index a
project first, with index_project.py.
"""

from __future__ import annotations

import argparse
import sys

from database_arguments import add_database_arguments, driver_config, indexed_project

from code_analysis_db import DriverProcess
from code_analysis_db.objects import SearchHit

KINDS = ("file", "class", "method", "function")
# A source file may hold what a terminal takes for a command.
CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
PLACE, WORD, PLAIN = "\033[35m", "\033[1;31m", "\033[0m"


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="Search the indexed code.")
    parser.add_argument("query", nargs="+", help="what to search for")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only in these")
    parser.add_argument("--limit", type=int, default=20, help="hits at most")
    parser.add_argument("--project", help="its name; the last one otherwise")
    add_database_arguments(parser)
    return parser.parse_args()


def shown(hit: SearchHit, coloured: bool) -> str:
    """Return a hit as two lines, as one where no line of the text has the words."""
    place = f"{hit.file.relative_path or hit.file.path}:{hit.line}"
    text = hit.text.translate(CONTROLS)
    if coloured:
        place = f"{PLACE}{place}{PLAIN}"
        for start, end in reversed(hit.ranges):
            text = f"{text[:start]}{WORD}{text[start:end]}{PLAIN}{text[end:]}"
    place = f"{place}  {hit.entity_type} {hit.entity_name}"
    if hit.text in ("", hit.entity_name):
        return place
    return f"{place}\n    {text.strip()}"


def main() -> int:
    """Search, and print what is found; 1 where that is nothing, as grep does."""
    given = arguments()
    with DriverProcess(driver_config(given)) as client:
        project = indexed_project(client, given.project)
        hits = client.search(
            " ".join(given.query),
            project_id=project.id,
            kinds=given.kind,
            limit=given.limit,
        )
    for hit in hits:
        print(shown(hit, sys.stdout.isatty()))
    return 0 if hits else 1


if __name__ == "__main__":
    sys.exit(main())
