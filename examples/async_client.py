"""Hundreds of requests at once from one thread, and one that is given up."""

import asyncio

from code_analysis_db import AsyncDatabaseClient, DriverProcess, Endpoint


async def work(endpoint: Endpoint) -> None:
    """Create files side by side, read them back, and cancel what takes too long."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        project = await client.projects.create(name="demo", root_path="/src/demo")
        files = await asyncio.gather(
            *(
                client.files.create(project_id=project.id, path=f"/src/{number}.py")
                for number in range(300)
            )
        )
        found = await asyncio.gather(*(client.files.get(file.id) for file in files))
        print(f"{sum(map(bool, found))} files were created and read side by side")

        endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)"
        counting = client.rpc.execute(f"{endless} SELECT count(*) FROM n")
        try:
            await asyncio.wait_for(counting, timeout=0.2)
        except asyncio.TimeoutError:
            print("the driver has stopped counting; the connection goes on:")
        print(f"{await client.files.count()} files")


if __name__ == "__main__":
    with DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}}) as client:
        asyncio.run(work(client.endpoint))
