"""Objects of your own: a class gives the table, the search index and the methods."""

from typing import Annotated, List, Optional
from uuid import UUID

import attrs

from code_analysis_db import DriverProcess
from code_analysis_db.mapping import Index, PrimaryKey, mapped, new_id


@mapped("tickets", indexes=[Index(["title", "text"], fulltext=True)])
@attrs.define(kw_only=True)
class Ticket:
    """What somebody wants done."""

    title: str
    text: str = ""
    labels: List[str] = attrs.field(factory=list)
    closed_by: Optional[str] = None
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


with DriverProcess({"type": "sqlite", "config": {"path": ":memory:"}}) as client:
    client.sync(Ticket)
    tickets = client.repository(Ticket)
    crash = tickets.create(title="Crash in parseHeader", labels=["bug"])
    tickets.create(title="Dark mode", text="The page hurts at night.")

    tickets.update(crash, closed_by="ann", labels=["bug", "fixed"])
    crash.text = "It was the header that has no end."
    tickets.save(crash)

    for ticket in tickets.find(closed_by={"is_null": False}, order_by="title"):
        print(f"{ticket.title}: {', '.join(ticket.labels)}, by {ticket.closed_by}")
    for ticket in tickets.find(text={"match": "header -night"}):
        print(f"found by its words: {ticket.title}")
    for hit in client.rpc.search("tickets", "page", columns=["title"]):
        print(
            f"{hit['title']}, line {hit['snippet']['line']}: {hit['snippet']['text']}"
        )
