"""Two processes that share a database: a client is handed over and connects anew."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from pathlib import Path

from code_analysis_db import DatabaseClient, DriverProcess
from code_analysis_db.objects import Project


def add_files(client: DatabaseClient, project: Project, names: list[str]) -> None:
    """Add files to a project, in a process of its own."""
    client.files.create_many(
        {"project_id": project.id, "path": f"{project.root_path}/{name}"}
        for name in names
    )
    print(f"process {os.getpid()} has added {len(names)} files", flush=True)


def main() -> None:
    """Let a second process write, and read what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "shared.db")
        with DriverProcess({"type": "sqlite", "config": {"path": path}}) as client:
            project = client.projects.create(name="shared", root_path="/src/shared")
            add_files(client, project, ["a.py", "b.py"])
            other = multiprocessing.get_context("spawn").Process(
                target=add_files, args=(client, project, ["c.py", "d.py", "e.py"])
            )
            other.start()
            other.join()
            files = client.files.find(project_id=project.id, order_by="path")
            print("stored:", *(file.path for file in files))


if __name__ == "__main__":
    main()
