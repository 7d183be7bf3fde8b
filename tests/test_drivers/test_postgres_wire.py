"""What is spoken over psycopg2's socket: pipelined statements, and their answers
wherever the bytes are cut."""

from __future__ import annotations

import select
from struct import pack
from time import monotonic
from typing import Any, Iterator, List, Optional, Sequence, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.dialects.statement import Statement
from code_analysis_db.drivers.execution_context import ExecutionContext
from code_analysis_db.drivers.express_session import MOST_ROWS, ExpressSession, Reply
from code_analysis_db.drivers.postgres_config import PostgresConfig
from code_analysis_db.drivers.postgres_express_connection import open_express
from code_analysis_db.drivers.postgres_session import PostgresSession
from code_analysis_db.drivers.postgres_wire_message import NULL, message, value
from code_analysis_db.drivers.postgres_wire_reader import WireReader, WireReply
from code_analysis_db.drivers.postgres_wire_session import PostgresWireSession
from code_analysis_db.drivers.postgres_wire_statement import WireStatement
from code_analysis_db.exceptions import DriverConnectionError, InvalidValueError

from ..servers.servers import Servers
from .postgres_sessions import Sessions, numbers, session, sessions

__all__ = ["numbers", "session", "sessions"]

_PATIENCE = 20.0
_CELLS = st.lists(st.one_of(st.none(), st.text(max_size=6)), min_size=1, max_size=3)
_UNASKED = st.sampled_from(
    [b"", message(b"N", b"SWARNING\0\0"), message(b"S", b"TimeZone\0UTC\0")]
)
#: rows of each statement, and the code of its failure
_Asked = Sequence[Tuple[List[List[Optional[str]]], Optional[str]]]
_ASKED = st.lists(
    st.tuples(st.lists(_CELLS, max_size=3), st.sampled_from([None, None, "23505"])),
    max_size=5,
)


# --- taking messages apart ------------------------------------------------------------


def _answer(rows: List[List[Optional[str]]], code: Optional[str]) -> bytes:
    """Return what a server sends for a statement that was prepared before."""
    sent = message(b"2", b"")
    for row in rows:
        cells = [NULL if cell is None else value(cell.encode()) for cell in row]
        sent += message(b"D", pack(">H", len(row)) + b"".join(cells))
    if code is not None:
        return sent + message(b"E", b"SERROR\0C" + code.encode() + b"\0Mno\0\0")
    return sent + message(b"C", f"SELECT {len(rows)}".encode() + b"\0")


@given(_ASKED, _UNASKED, st.data())
def test_answers_are_read_wherever_they_are_cut(
    asked: _Asked, unasked: bytes, data: st.DataObject
) -> None:
    """Each reply has its own rows, or its failure; what nobody asked for is skipped."""
    reader = WireReader(lambda _: bytes.decode)
    stream = b""
    for rows, code in asked:
        statement = WireStatement("SELECT", b"s", 0)
        statement.decoders = [bytes.decode] * max(map(len, rows), default=0)
        rows[:] = [row + [None] * (len(statement.decoders) - len(row)) for row in rows]
        reader.awaited.append(WireReply([statement]))
        stream += unasked + _answer(rows, code) + message(b"Z", b"I")
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    places = [0, *sorted(cuts), len(stream)]
    replies: List[Reply] = []
    for start, end in zip(places, places[1:]):
        replies += reader.feed(stream[start:end])
    assert len(replies) == len(asked)
    for reply, (rows, code) in zip(replies, asked):
        assert reply.code == code
        found = [result.rows() for result in reply.results]
        assert found == ([] if code else [[tuple(row) for row in rows]])


@given(st.binary(max_size=60))
def test_what_is_no_answer_is_an_error_of_the_connection(garbage: bytes) -> None:
    """Whatever comes, nobody is answered who asked for nothing."""
    reader = WireReader(lambda _: bytes.decode)
    try:
        assert reader.feed(garbage) == []
    except DriverConnectionError:
        pass


# --- on a server ----------------------------------------------------------------------


class Wire:
    """An express session, and how a test waits for it.

    Attributes:
        session: the session.
    """

    def __init__(self, opened: ExpressSession) -> None:
        """Use the session."""
        self.session = opened

    def ask(self, *sql: str, params: Sequence[Any] = ()) -> None:
        """Put statements that go together."""
        self.session.put([Statement(text, params, (), None) for text in sql])

    def replies(self, count: int) -> List[Reply]:
        """Send what was put, and return so many replies."""
        found: List[Reply] = []
        give_up = monotonic() + _PATIENCE
        self.session.flush()
        while len(found) < count:
            assert monotonic() < give_up
            select.select([self.session.fileno()], [], [], 1)
            found += self.session.receive()
        return found

    def rows(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Return the rows of a statement that is alone."""
        self.ask(sql, params=params)
        (reply,) = self.replies(1)
        assert reply.code is None, reply.message
        return reply.results[0].rows()


@pytest.fixture
def wire(servers: Servers) -> Iterator[Wire]:
    """A wire to the shared server."""
    config = PostgresConfig.from_config(servers.config("postgres")["config"])
    opened = open_express(config, ExecutionContext())
    assert isinstance(opened, PostgresWireSession)
    yield Wire(opened)
    opened.close()


_VALUES = """
SELECT 1::smallint, 2, 3::bigint, -4.5::float8, 'NaN'::float8, 1.50::numeric,
 true, false, NULL::int, 'naïve'::text, 'x'::varchar, 'y'::char(3), '\\x00ff'::bytea,
 '2024-02-29 12:00:00.25'::timestamp, '2024-02-29 12:00+02'::timestamptz,
 '2024-02-29'::date, '12:00:00.5'::time, '12:00+02'::timetz, '1 day'::interval,
 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '{"a": [1]}'::json, '[1.0]'::jsonb,
 ARRAY[1, 2], ARRAY['a', NULL], '10.0.0.1'::inet, int4range(1, 3), 7::oid"""


def test_values_are_those_of_the_usual_way(
    wire: Wire, session: PostgresSession
) -> None:
    """The same values of the same types, parsed once or each time."""
    (expected,) = session.query(_VALUES)
    for _ in range(4):
        (found,) = wire.rows(_VALUES)
        assert list(map(repr, found)) == list(map(repr, expected))


def test_parameters_are_taken_as_the_usual_way_takes_them(
    wire: Wire, numbers: PostgresSession
) -> None:
    """Numbers, texts with anything in them, and NULL."""
    insert = "INSERT INTO numbers VALUES (%s, %s) RETURNING word, '100%%'"
    for number, word in enumerate(["a'\\b", None, "%s %", "ß\n"]):
        assert wire.rows(insert, [number, word]) == [(word, "100%")]


def test_a_value_that_does_not_go_disturbs_nobody(wire: Wire) -> None:
    """Nothing of its statements is sent."""
    wire.ask("SELECT 1")
    for bad in (object(), "\ud800"):
        with pytest.raises(InvalidValueError):
            wire.ask("SELECT %s", params=[bad])
    wire.ask("SELECT 2")
    assert [r.results[0].rows() for r in wire.replies(2)] == [[(1,)], [(2,)]]


def test_errors_in_the_middle_of_a_pipeline_harm_nobody_else(wire: Wire) -> None:
    """Every third of many fails, some while they are being prepared."""
    sql = "SELECT 6 / %s::int"
    for number in range(60):
        wire.ask(sql, params=[number % 3])
    for number, reply in enumerate(wire.replies(60)):
        if number % 3:
            assert reply.results[0].rows() == [(6 // (number % 3),)]
        else:
            assert reply.code == "22012"
    assert wire.rows(sql, [3]) == [(2,)]


def test_a_table_that_changes_is_read_again_after_one_failure(
    wire: Wire, numbers: PostgresSession
) -> None:
    """What was prepared is forgotten when it does not fit any more."""
    sql = "SELECT * FROM numbers"
    for _ in range(4):
        wire.rows(sql)
    numbers.query("ALTER TABLE numbers ADD more text")
    wire.ask(sql)
    (reply,) = wire.replies(1)
    assert reply.code == "0A000"
    assert wire.rows(sql) == []


def test_only_the_first_rows_of_many_come(wire: Wire) -> None:
    """And it is said that they are not all; the next answer is right."""
    wire.ask("SELECT generate_series(1, 100000)")
    wire.ask("SELECT 1")
    many, one = wire.replies(2)
    assert not many.results[0].is_whole
    assert len(many.results[0].rows()) == MOST_ROWS + 1
    assert one.results[0].is_whole


def test_statements_together_are_one_transaction(
    wire: Wire, numbers: PostgresSession
) -> None:
    """One of them fails: nothing is kept, and it is known which it was."""
    insert = "INSERT INTO numbers (number) VALUES ({})"
    wire.ask(*(insert.format(n) for n in (1, 2, 1, 3)))
    wire.ask(*(insert.format(n) for n in (4, 5)))
    failed, done = wire.replies(2)
    assert (failed.code, len(failed.results)) == ("23505", 2)
    assert [result.count for result in done.results] == [1, 1]
    rows = numbers.query("SELECT number FROM numbers ORDER BY number")
    assert rows == [(4,), (5,)]


def test_a_connection_that_is_cut_is_an_error(wire: Wire, sessions: Sessions) -> None:
    """Also with statements under way."""
    ((number,),) = wire.rows("SELECT pg_backend_pid()")
    wire.ask("SELECT pg_sleep(60)")
    wire.session.flush()
    sessions.terminate(number)
    with pytest.raises(DriverConnectionError):
        wire.replies(1)


def test_settings_are_those_of_every_connection(
    servers: Servers, sessions: Sessions
) -> None:
    """And nothing is prepared under a name, nor a setting left, behind a pooler."""
    given = servers.config("postgres")["config"]
    settings = {"application_name": "wire", "statement_timeout": 7}
    config = PostgresConfig.from_config(
        {**given, **settings, "prepared_statements": False}
    )
    opened = open_express(config, ExecutionContext())
    wire = Wire(opened)
    show = "SELECT current_setting(%s)"
    for name, expected in (
        ("application_name", "wire"),
        ("statement_timeout", "7s"),
        ("lock_timeout", "0"),
        ("TimeZone", "UTC"),
    ):
        assert wire.rows(show, [name]) == [(expected,)]
    assert wire.rows("SELECT count(*) FROM pg_prepared_statements") == [(0,)]
    assert not opened.groups
    opened.close()
