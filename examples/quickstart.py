"""Objects and tables in one file, with a driver process that is started on the spot."""

from code_analysis_db import DriverProcess

with DriverProcess({"type": "sqlite", "config": {"path": "quickstart.db"}}) as client:
    project = client.projects.get_or_create({"name": "demo"}, root_path="/src/demo")
    file = client.files.get_or_create(project_id=project.id, path="/src/demo/app.py")
    client.files.update(file, lines=120, has_docstring=True)

    for found in client.files.find(project_id=project.id, lines={"gte": 100}):
        print(f"{found.path}: {found.lines} lines")

    rows = client.rpc.select("projects", columns=["name"], where={"name": "demo"})
    print(rows)
