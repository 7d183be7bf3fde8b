"""A driver process that is killed, and comes back without a committed row lost."""

import os
import signal
import tempfile
from pathlib import Path

from code_analysis_db import DriverProcess

with tempfile.TemporaryDirectory() as folder:
    config = {"type": "sqlite", "config": {"path": str(Path(folder) / "kept.db")}}
    driver = DriverProcess(config)
    with driver as client:
        project = client.projects.create(name="kept", root_path="/src/kept")
        first = client.rpc.ping()["pid"]
        os.kill(first, signal.SIGKILL)
        print(f"driver {first} was killed")

        found = client.projects.get(project.id)
        print(f"{found.name if found else 'nothing'!r} was read from its successor")
        client.projects.update(project, comment="written after the restart")

        status = driver.status()
        print(f"driver {client.rpc.ping()['pid']} serves, restarts: {status.restarts}")
