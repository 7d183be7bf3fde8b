"""Classes as a user declares them: of every kind of key, column and constraint."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple
from uuid import UUID

import attrs

from code_analysis_db.client.mapping import (
    ForeignKey,
    Index,
    Itself,
    Length,
    Precision,
    PrimaryKey,
    UpdatedAt,
    mapped,
    new_id,
    utc_now,
)
from code_analysis_db.enums import ReferenceAction


class Status(Enum):
    """Is stored as a text."""

    OPEN = "open"
    DONE = "done"


class Priority(IntEnum):
    """Is stored as a number."""

    LOW = 1
    HIGH = 2


@attrs.define
class Comment:
    """Lives inside of a ticket, with values that JSON has no type for."""

    text: str
    author: UUID
    written_at: datetime
    status: Status = Status.OPEN
    worth: Optional[Decimal] = None
    answers: List[Comment] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Stamped:
    """Is no table: what classes with time stamps derive from."""

    created_at: datetime = attrs.field(factory=utc_now)
    updated_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)


@mapped(
    "tickets",
    unique=[["board", "number"]],
    indexes=[Index(["status", "priority"]), Index(["title", "text"], fulltext=True)],
    checks=["number > 0"],
)
@attrs.define(kw_only=True)
class Ticket(Stamped):
    """Has a column of every kind and a key that the client makes."""

    board: Annotated[str, Length(80)]
    number: int
    title: str
    text: str = ""
    status: Status = Status.OPEN
    priority: Optional[Priority] = None
    kind: Literal["bug", "wish"] = "bug"
    cost: Annotated[Optional[Decimal], Precision(12, 2)] = None
    due: Optional[date] = None
    picture: Optional[bytes] = None
    parent_id: Annotated[
        Optional[UUID], ForeignKey(Itself, ReferenceAction.SET_NULL)
    ] = None
    labels: List[str] = attrs.field(factory=list)
    comments: List[Comment] = attrs.field(factory=list)
    size: Optional[Tuple[int, int]] = None
    extra: Dict[str, Any] = attrs.field(factory=dict)
    id: Annotated[UUID, PrimaryKey()] = attrs.field(factory=new_id)


@mapped("counters", unique=[["name"]])
@attrs.define
class Counter:
    """Is numbered by the database."""

    name: str
    value: int = 0
    id: Annotated[Optional[int], PrimaryKey()] = None


@mapped("events")
@attrs.frozen(kw_only=True)
class Event:
    """Cannot be changed, and is numbered by the database."""

    name: str
    seen_at: Annotated[datetime, UpdatedAt()] = attrs.field(factory=utc_now)
    id: Annotated[Optional[int], PrimaryKey()] = None


@mapped("settings")
@attrs.define(slots=False)
class Setting:
    """Has a text for a key, a private attribute and a rule of its own."""

    name: Annotated[str, PrimaryKey(), Length(100)]
    _value: str = attrs.field(validator=attrs.validators.min_len(1))
