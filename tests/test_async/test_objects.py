"""Objects, read and written in an event loop; ``assert_type`` is checked by mypy."""

from __future__ import annotations

import asyncio
from typing import Annotated, List, Optional
from uuid import UUID, uuid4

import attrs
from typing_extensions import assert_type

from code_analysis_db import AsyncDatabaseClient, Endpoint
from code_analysis_db.client.aio import AsyncRepository
from code_analysis_db.client.mapping import PrimaryKey, mapped, new_id
from code_analysis_db.client.objects import Class, File, FileAnalysis, Project

from .in_loop import in_loop


@mapped("async_notes", unique=[["title"]])
@attrs.define(kw_only=True)
class Note:
    """A class of the test's own."""

    title: str
    text: str = ""
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


async def _project(client: AsyncDatabaseClient) -> Project:
    """Return a project that no other test has."""
    name = uuid4().hex
    return await client.projects.create(name=name, root_path=f"/src/{name}")


@in_loop
async def test_verbs_of_repositories_are_awaited_and_typed(endpoint: Endpoint) -> None:
    """Each gives objects of the repository's class."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        project = await _project(client)
        files = client.files
        file = await files.create(project_id=project.id, path="/a")
        assert_type(file, File)
        assert_type(await files.get(file.id), Optional[File])
        assert await files.get(file.id) == file
        assert await files.get(uuid4()) is None
        assert_type(await files.find(project_id=project.id), List[File])
        assert await files.find(project_id=project.id) == [file]
        assert await files.exists(path="/a", project_id=project.id)
        file.lines = 3
        assert_type(await files.update(file), Optional[File])
        found = await files.first(project_id=project.id)
        assert found is not None and found.lines == 3
        again = await files.get_or_create(project_id=project.id, path="/a")
        assert again.id == file.id
        assert await files.count(project_id=project.id) == 1
        assert_type(await client.classes.create_many([]), List[Class])
        assert await files.delete(file)
        assert not await files.delete(file)


@in_loop
async def test_objects_are_read_one_by_one(endpoint: Endpoint) -> None:
    """``async for`` over more than a portion of them."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        project = await _project(client)
        await client.files.create_many(
            {"project_id": project.id, "path": f"/{n:04}"} for n in range(1500)
        )
        paths = []
        async for file in client.files.find_iter(
            project_id=project.id, order_by="path"
        ):
            assert_type(file, File)
            paths.append(file.path)
        assert paths == [f"/{n:04}" for n in range(1500)]


@in_loop
async def test_whole_analyses_are_saved_at_the_same_time(endpoint: Endpoint) -> None:
    """Each is one message and one transaction; they share a connection."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        project = await _project(client)

        async def save(number: int) -> File:
            """Save a file with a class."""
            file = File(project_id=project.id, path=f"/{number}")
            found = Class(file_id=file.id, name=f"C{number}", line=1)
            return await client.files.save_analysis(
                FileAnalysis(file=file, classes=[found])
            )

        saved = await asyncio.gather(*(save(number) for number in range(40)))
        for file in saved:
            structure = await client.files.structure(file)
            assert structure is not None
        statistics = await client.projects.statistics(project)
        assert statistics is not None
        assert await client.files.count(project_id=project.id) == 40


@in_loop
async def test_transactions_have_repositories_too(endpoint: Endpoint) -> None:
    """Of the code's objects, and of a user's own class."""
    async with AsyncDatabaseClient.connect(endpoint) as client:
        assert "async_notes" in (await client.sync(Note))["created_tables"]
        assert_type(client.repository(Note), AsyncRepository[Note])

        async with client.transaction() as tx:
            kept = await tx.repository(Note).create(title="kept")
            try:
                async with tx.transaction() as part:
                    await part.repository(Note).create(title="undone")
                    assert await tx.repository(Note).count() == 2
                    raise KeyError
            except KeyError:
                pass
            assert [note async for note in tx.repository(Note).find_iter()] == [kept]
        assert await client.repository(Note).find() == [kept]

        attempts = 0

        async def write(transaction: object) -> int:
            """Count how often it is run."""
            nonlocal attempts
            attempts += 1
            return attempts

        assert await client.run_transaction(write) == 1
