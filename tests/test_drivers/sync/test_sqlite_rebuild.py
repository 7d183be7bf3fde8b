"""A SQLite table that is built anew keeps all that it is not told to change."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, List

import attrs
import pytest

from code_analysis_db.exceptions import (
    ForeignKeyViolationError,
    NotNullViolationError,
    SchemaSyncError,
)
from code_analysis_db.progress import Progress
from code_analysis_db.schema import Table

from .rebuilds import RebuiltFile, with_columns, with_definition

MakeFile = Callable[..., RebuiltFile]

_NOT_NULL = with_columns(a={"nullable": False})


@pytest.fixture
def make_file(tmp_path: Path) -> Iterator[MakeFile]:
    """Makes files with tables of others."""
    files: List[RebuiltFile] = []

    def make(*statements: str) -> RebuiltFile:
        """Make one."""
        made = RebuiltFile(tmp_path / f"{len(files)}.db", *statements)
        files.append(made)
        return made

    yield make
    for made in files:
        made.close()


def test_the_rows_are_as_they_were_and_the_change_is_made(make_file: MakeFile) -> None:
    """Rowids that no column holds stay too."""
    file = make_file(
        "CREATE TABLE t (a TEXT, b INTEGER)",
        "INSERT INTO t (rowid, a, b) VALUES (7, 'x', 1), (9, 'y', NULL)",
    )
    file.rebuild("t", _NOT_NULL)
    assert file.rows("SELECT rowid, * FROM t") == [(7, "x", 1), (9, "y", None)]
    assert "NOT NULL" in file.sql_of("t")
    assert [row[1] for row in file.dump()] == ["t"]


def test_what_the_driver_has_no_words_for_stays(make_file: MakeFile) -> None:
    """Collations, generated columns, checks without names, conflict clauses, comments
    and names that need quotes."""
    file = make_file(
        'CREATE TABLE "o dd""s" (\n'
        "  id INTEGER PRIMARY KEY, -- the number\n"
        "  a TEXT COLLATE NOCASE,\n"
        '  "b [x]" INTEGER CHECK ("b [x]" > 0) DEFAULT (1 + 1),\n'
        "  g TEXT GENERATED ALWAYS AS (a || '!') STORED,\n"
        '  UNIQUE (a, "b [x]") ON CONFLICT REPLACE,\n'
        "  CHECK (length(a) < 9 /* , ) */)\n)",
        'INSERT INTO "o dd""s" (id, a) VALUES (3, \'x\')',
    )
    file.rebuild('o dd"s', _NOT_NULL)
    assert file.rows('SELECT * FROM "o dd""s" WHERE a = \'X\'') == [(3, "x", 2, "x!")]
    text = file.sql_of('o dd"s')
    for kept in (
        "-- the number",
        "COLLATE NOCASE",
        'CHECK ("b [x]" > 0)',
        "AS (a || '!') STORED",
        "ON CONFLICT REPLACE",
        "CHECK (length(a) < 9 /* , ) */)",
    ):
        assert kept in text


def test_indexes_stay(make_file: MakeFile) -> None:
    """With DESC, expressions, collations and conditions."""
    indexes = [
        "CREATE INDEX down ON t (a DESC, b COLLATE NOCASE)",
        "CREATE INDEX lowered ON t (lower(a))",
        "CREATE UNIQUE INDEX partly ON t (b) WHERE a IS NOT NULL",
    ]
    file = make_file("CREATE TABLE t (a TEXT, b TEXT)", *indexes)
    file.rebuild("t", _NOT_NULL)
    assert [row[3] for row in file.dump() if row[0] == "index"] == indexes


def test_triggers_and_views_stay_and_work(make_file: MakeFile) -> None:
    """The table's own, those of a view over it, and those of other tables that write
    to it."""
    file = make_file(
        "CREATE TABLE t (a TEXT)",
        "CREATE TABLE log (a TEXT)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE TRIGGER noted AFTER INSERT ON t"
        " BEGIN INSERT INTO log VALUES (new.a); END",
        "CREATE TRIGGER through INSTEAD OF INSERT ON v"
        " BEGIN INSERT INTO t VALUES (new.a); END",
        "CREATE TRIGGER back AFTER DELETE ON log"
        " BEGIN DELETE FROM t WHERE a = old.a; END",
        "INSERT INTO t VALUES ('x')",
    )
    before = [row for row in file.dump() if row[0] in ("view", "trigger")]
    file.rebuild("t", _NOT_NULL)
    assert [row for row in file.dump() if row[0] in ("view", "trigger")] == before
    assert file.rows("SELECT * FROM log") == [("x",)]
    file.run("INSERT INTO v VALUES ('y')")
    assert file.rows("SELECT * FROM log") == [("x",), ("y",)]
    file.run("DELETE FROM log WHERE a = 'x'")
    assert file.rows("SELECT * FROM v") == [("y",)]


@pytest.mark.parametrize(
    "other",
    [
        "CREATE VIEW v AS SELECT b FROM t",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t WHERE b = new.b; END",
        "CREATE INDEX i ON t (a || b)",
    ],
)
def test_what_a_dropped_column_would_break_is_told_first(
    make_file: MakeFile, other: str
) -> None:
    """Nothing is changed then."""
    file = make_file("CREATE TABLE t (a TEXT, b TEXT)", other)
    before = file.dump()
    with pytest.raises(SchemaSyncError, match="'?b'?"):
        file.plan("t", with_columns(b=None))
    assert file.dump() == before


def test_a_quoted_name_in_a_check_does_not_become_a_string(
    make_file: MakeFile,
) -> None:
    """SQLite would take ``"b"`` for the text b where there is no such column."""
    file = make_file('CREATE TABLE t (a TEXT, b TEXT, CHECK (a <> "b"))')
    with pytest.raises(SchemaSyncError, match="computed from it"):
        file.plan("t", with_columns(b=None))


def test_the_number_of_a_deleted_row_is_not_used_again(make_file: MakeFile) -> None:
    """The counter of AUTOINCREMENT is kept, and so is one of a table without rows."""
    for deleted in ("id = 9", "1"):
        file = make_file(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
            "INSERT INTO t VALUES (3, 'x'), (9, 'y')",
            f"DELETE FROM t WHERE {deleted}",
        )
        file.rebuild("t", with_columns(a={"nullable": False}))
        assert file.rows("SELECT * FROM sqlite_sequence") == [("t", 9)]
        file.driver.insert("t", {"a": "z"})
        assert file.rows("SELECT id FROM t WHERE a = 'z'") == [(10,)]


def test_rows_that_refer_to_a_rebuilt_table_stay(make_file: MakeFile) -> None:
    """Though the old table is dropped and they would go with its rows; their foreign
    key names the table as before, and works (story 22)."""
    child = "CREATE TABLE c (p INTEGER REFERENCES t (id) ON DELETE CASCADE)"
    file = make_file(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT,"
        " up INTEGER REFERENCES t ON DELETE SET NULL)",
        child,
        "INSERT INTO t VALUES (1, 'x', NULL), (2, 'y', 1)",
        "INSERT INTO c VALUES (1), (2)",
    )
    file.rebuild("t", _NOT_NULL)
    assert file.rows("SELECT p FROM c") == [(1,), (2,)]
    assert file.sql_of("c") == child
    assert "REFERENCES t ON DELETE SET NULL" in file.sql_of("t")
    assert file.driver.delete("t", {"id": 1}) == 1
    assert file.rows("SELECT p FROM c") == [(2,)]
    assert file.rows("SELECT id, up FROM t") == [(2, None)]


def test_a_rename_with_a_rebuild_is_followed_by_others(make_file: MakeFile) -> None:
    """By foreign keys, views and triggers, of the table and of its columns."""
    file = make_file(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)",
        "CREATE TABLE c (x TEXT REFERENCES t (a))",
        "CREATE VIEW v AS SELECT a FROM t",
        "INSERT INTO t VALUES (1, 'x')",
        "INSERT INTO c VALUES ('x')",
    )

    def change(table: Table) -> Table:
        """Rename the table and a column, and change another."""
        made = with_definition(
            columns=[
                {"name": "id", "type": "INTEGER"},
                {"name": "z", "type": "TEXT", "nullable": False},
            ],
            constraints=[
                {"type": "primary_key", "columns": ["id"]},
                {"type": "unique", "columns": ["z"]},
            ],
        )(table)
        return attrs.evolve(made, name="u")

    step = file.rebuild("t", change, {"a": "z"})
    assert step.table == "t" and step.result is not None and step.result.name == "u"
    assert file.sql_of("c") == 'CREATE TABLE c (x TEXT REFERENCES "u" ("z"))'
    assert file.rows("SELECT * FROM v") == [("x",)]
    assert file.driver.select("u") == [{"id": 1, "z": "x"}]


def test_a_row_that_would_be_lost_undoes_all(make_file: MakeFile) -> None:
    """A conflict clause swallows it, which no statement reports."""
    file = make_file(
        "CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a) ON CONFLICT IGNORE)",
        "INSERT INTO t VALUES ('x', NULL), ('X', NULL)",
    )
    step = file.plan("t", with_columns(b={"type": "INTEGER"}))
    folded = tuple(
        s.replace("a TEXT", "a TEXT COLLATE NOCASE") for s in step.statements
    )
    before = file.dump()
    with pytest.raises(SchemaSyncError, match="2 rows, of which 1 fit"):
        file.apply(attrs.evolve(step, statements=folded))
    assert file.dump() == before
    assert file.rows("SELECT a FROM t ORDER BY rowid") == [("x",), ("X",)]


def test_a_foreign_key_that_rows_break_undoes_all(make_file: MakeFile) -> None:
    """It is looked at before the commit."""
    file = make_file(
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a TEXT, p INTEGER)",
        "INSERT INTO t VALUES ('x', 5)",
    )
    key = {
        "type": "foreign_key",
        "columns": ["p"],
        "references": {"table": "p", "columns": ["id"]},
    }
    before = file.dump()
    with pytest.raises(
        Exception, match="1 rows of table 't' refer to rows of table 'p'"
    ):
        file.rebuild("t", with_definition(constraints=[key]))
    assert file.dump() == before
    file.run("DELETE FROM t")
    file.rebuild("t", with_definition(constraints=[key]))
    with pytest.raises(ForeignKeyViolationError):
        file.driver.insert("t", {"p": 5})


def test_foreign_keys_are_enforced_after_a_failure(make_file: MakeFile) -> None:
    """Whatever a change was set to ends with it."""
    file = make_file(
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a TEXT, p INTEGER REFERENCES p)",
        "INSERT INTO t VALUES (NULL, NULL)",
    )
    step = file.plan("t", _NOT_NULL)
    with pytest.raises(NotNullViolationError):
        file.apply(step)
    with pytest.raises(ForeignKeyViolationError):
        file.driver.insert("t", {"p": 5})
    assert file.rows("SELECT * FROM t") == [(None, None)]


def test_progress_tells_the_rows(make_file: MakeFile) -> None:
    """Once they are copied."""
    file = make_file("CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x'), ('y')")
    told: List[Progress] = []
    file.apply(file.plan("t", _NOT_NULL), progress=told.append)
    assert Progress("change", "t", 2, 2) in told
