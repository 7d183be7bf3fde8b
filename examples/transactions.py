"""Several changes that are one: transactions, savepoints, and what undoes them."""

from code_analysis_db import DriverProcess
from code_analysis_db.exceptions import UniqueViolationError

with DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}}) as client:
    with client.transaction() as tx:
        project = tx.projects.create(name="demo", root_path="/src/demo")
        tx.files.create(project_id=project.id, path="/src/demo/a.py")
    print("committed:", client.files.count(), "file")

    try:
        with client.transaction() as tx:
            tx.files.create(project_id=project.id, path="/src/demo/b.py")
            raise InterruptedError("changed my mind")
    except InterruptedError:
        print("rolled back:", client.files.count(), "file")

    with client.transaction() as tx:
        tx.files.create(project_id=project.id, path="/src/demo/c.py")
        try:
            with tx.transaction() as savepoint:
                savepoint.files.create(project_id=project.id, path="/src/demo/d.py")
                savepoint.files.create(project_id=project.id, path="/src/demo/a.py")
        except UniqueViolationError:
            print("the inner block was undone, the outer goes on")
    print("committed:", *(file.path for file in client.files.find(order_by="path")))
