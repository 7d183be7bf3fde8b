"""The SQL text of MySQL and MariaDB."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List, Optional

import pytest

from code_analysis_db.dialects.ddl import create_index, create_table
from code_analysis_db.dialects.mysql import (
    MySQLDialect,
    guard_column,
    needs_guard,
    quoted_text,
)
from code_analysis_db.dialects.mysql_flavour import MARIADB, MYSQL
from code_analysis_db.dialects.sql_text import bind, read_sql
from code_analysis_db.dialects.table_statements import TableStatements
from code_analysis_db.exceptions import DriverQueryError, UnsupportedError
from code_analysis_db.schema import Table

from .altering import alteration

MYSQL_DIALECT = MySQLDialect(MYSQL)
MARIADB_DIALECT = MySQLDialect(MARIADB)

Columns = List[Dict[str, Any]]


def table(columns: Columns, **parts: Any) -> Table:
    """Return a table ``t`` of the columns."""
    return Table.from_definition({"name": "t", "columns": columns, **parts})


def column(name: str, kind: str = "TEXT", **parts: Any) -> Dict[str, Any]:
    """Return the definition of a column."""
    return {"name": name, "type": kind, **parts}


def declared(made: Table, name: str) -> str:
    """Return the type that a column of a table is declared with."""
    fitted = MYSQL_DIALECT.fitted(made)
    return MYSQL_DIALECT.native_type(fitted.by_name[name])


NUMBER = column("id", "INTEGER", primary_key=True)


# --- definitions --------------------------------------------------------------------


def test_a_table_says_what_the_server_could_set_otherwise() -> None:
    """Engine, character set and collation, whatever the server's defaults are."""
    made = table(
        [NUMBER, column("name", unique=True), column("of", "UUID", nullable=False)],
        constraints=[
            {
                "type": "foreign_key",
                "columns": ["of"],
                "references": {"table": "others", "columns": ["id"]},
                "on_delete": "CASCADE",
            }
        ],
    )
    assert create_table(made, MYSQL_DIALECT) == [
        "CREATE TABLE `t` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,"
        " `name` varchar(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,"
        " `of` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
        " UNIQUE (`name`),"
        " FOREIGN KEY (`of`) REFERENCES `others` (`id`) ON DELETE CASCADE)"
        " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin"
    ]
    (text,) = create_table(made, MARIADB_DIALECT)
    assert text.count("utf8mb4_nopad_bin") == 2


@pytest.mark.parametrize(
    ("keys", "length", "expected"),
    [
        ([], None, "longtext"),
        ([], 20, "varchar(20)"),
        ([], 5000, "longtext"),
        ([["a"]], None, "varchar(700)"),
        ([["a"]], 20, "varchar(20)"),
        ([["a", "b"]], None, "varchar(350)"),
        ([["a", "n"], ["a", "b"]], None, "varchar(350)"),
    ],
)
def test_text_has_a_length_where_a_key_needs_one(
    keys: List[List[str]], length: Optional[int], expected: str
) -> None:
    """What the key leaves to it, or its own."""
    sized: Dict[str, Any] = {} if length is None else {"length": length}
    made = table(
        [column("a", **sized), column("b"), column("n", "INTEGER")],
        constraints=[{"type": "unique", "columns": key} for key in keys],
    )
    assert declared(made, "a") == expected


def test_text_that_refers_to_a_key_has_a_length() -> None:
    """A foreign key has an index of whole values, too."""
    made = table([column("a", references={"table": "others", "columns": ["id"]})])
    assert declared(made, "a") == "varchar(700)"


def test_an_index_takes_the_beginnings_of_long_texts() -> None:
    """As much of them as a key holds; a unique one takes them whole."""
    made = table(
        [column("a"), column("b", length=30), NUMBER],
        indexes=[
            {"name": "one", "columns": ["a"]},
            {"name": "two", "columns": ["a", ["b", "DESC"], "id"]},
            {"name": "four", "columns": ["b"], "unique": True},
        ],
    )
    assert [create_index(made, index, MYSQL_DIALECT) for index in made.indexes] == [
        "CREATE INDEX `one` ON `t` (`a`(700) ASC)",
        "CREATE INDEX `two` ON `t` (`a`(350) ASC, `b` DESC, `id` ASC)",
        "CREATE UNIQUE INDEX `four` ON `t` (`b` ASC)",
    ]


def test_a_partial_index_is_refused_by_name() -> None:
    made = table(
        [column("a")], indexes=[{"name": "some", "columns": ["a"], "where": {"a": "x"}}]
    )
    with pytest.raises(UnsupportedError, match="partial indexes.*'some'"):
        create_table(made, MYSQL_DIALECT)


@pytest.mark.parametrize(
    ("kind", "default", "expected"),
    [
        ("TEXT", "it's \\ 100%", "('it''s \\\\ 100%%')"),
        ("INTEGER", -5, "-5"),
        ("REAL", 0.5, "0.5"),
        ("BOOLEAN", True, "1"),
        ("DECIMAL", "1.50", "1.5000000000"),
        ("BLOB", {"base64": "AP8="}, "(X'00ff')"),
        ("DATE", "2024-02-29", "('2024-02-29')"),
        ("DATETIME", {"expression": "CURRENT_TIMESTAMP"}, "(UTC_TIMESTAMP(6))"),
        ("JSON", {"value": {"a": [1]}}, """('{"a":[1]}')"""),
    ],
)
def test_defaults_are_expressions(kind: str, default: Any, expected: str) -> None:
    """Which texts of any length may have, other than plain values."""
    made = table([column("a", kind, default=default)])
    assert MYSQL_DIALECT.default_text(made.columns[0]) == expected


def test_names_and_texts_are_quoted() -> None:
    """A percent sign is doubled, since the text goes with parameters."""
    assert MYSQL_DIALECT.quote("a`b %s") == "`a``b %%s`"
    assert quoted_text("it's \\ %") == "'it''s \\\\ %'"
    assert MYSQL_DIALECT.literal(Decimal("1E+3")) == "1000"


# --- changes of tables ----------------------------------------------------------------


def altered(before: Table, changes: Dict[str, Any]) -> List[str]:
    """Return the statements of a change."""
    return alteration(before, changes, MYSQL_DIALECT)[1]


def test_a_change_is_one_statement() -> None:
    """Which the server does as a whole, or not at all; but a rename of the table."""
    before = table(
        [NUMBER, column("a"), column("b")],
        indexes=[{"name": "by_a", "columns": ["a"]}],
    )
    assert altered(
        before,
        {
            "drop_indexes": ["by_a"],
            "drop_columns": ["a"],
            "add_columns": [column("c", "INTEGER", nullable=False, default=1)],
            "add_indexes": [{"name": "by_c", "columns": ["c"], "unique": True}],
            "rename_to": "u",
        },
    ) == [
        "ALTER TABLE `t` DROP INDEX `by_a`, DROP COLUMN `a`,"
        " ADD COLUMN `c` bigint NOT NULL DEFAULT 1,"
        " ADD UNIQUE INDEX `by_c` (`c` ASC)",
        "ALTER TABLE `t` RENAME TO `u`",
    ]


def test_renamed_columns_are_known_by_their_new_names_in_another_statement() -> None:
    before = table([NUMBER, column("a", "INTEGER")])
    changes = {"rename_columns": {"a": "b"}, "add_indexes": [{"columns": ["b"]}]}
    assert altered(before, changes) == [
        "ALTER TABLE `t` RENAME COLUMN `a` TO `b`",
        "ALTER TABLE `t` ADD INDEX `ix_t_b` (`b` ASC)",
    ]


def test_a_text_that_comes_into_a_key_gets_a_length() -> None:
    """And loses it when it comes out."""
    before = table([NUMBER, column("a")])
    unique = {"type": "unique", "name": "one_a", "columns": ["a"]}
    text = "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin"
    assert altered(before, {"add_constraints": [unique]}) == [
        f"ALTER TABLE `t` MODIFY COLUMN `a` varchar(700) {text},"
        " ADD CONSTRAINT `one_a` UNIQUE (`a`)"
    ]
    before = table([NUMBER, column("a")], constraints=[unique])
    assert altered(before, {"drop_constraints": ["one_a"]}) == [
        f"ALTER TABLE `t` DROP INDEX `one_a`, MODIFY COLUMN `a` longtext {text}"
    ]


# --- rows -----------------------------------------------------------------------------


def test_offset_needs_a_limit() -> None:
    """One that no table reaches."""
    statement = TableStatements(table([column("a")]), MYSQL_DIALECT).select(offset=5)
    assert statement.sql == "SELECT `a` FROM `t` LIMIT 18446744073709551615 OFFSET %s"
    assert statement.params == [5]


def test_a_list_is_one_parameter() -> None:
    """Whatever its length, so that the statement stays the same."""
    statements = TableStatements(table([column("a", "INTEGER")]), MYSQL_DIALECT)
    for values in ([1], [1, 2, 3]):
        statement = statements.select({"a": values}, columns=["a"])
        assert statement.sql == "SELECT `a` FROM `t` WHERE `a` IN (%s)"
        assert statement.params == [tuple(values)]


def conflict(made: Table, target: List[str], assigned: List[str]) -> str:
    """Return MySQL's clause for a conflict."""
    return MYSQL_DIALECT.on_conflict(made, target, assigned)


def test_an_upsert_over_the_only_key_needs_no_guard() -> None:
    made = table([column("a", primary_key=True), column("b")])
    new = "`_code_analysis_db_new`"
    assert conflict(made, ["a"], ["b"]) == (
        f"AS {new} ON DUPLICATE KEY UPDATE `t`.`b` = {new}.`b`"
    )
    assert MARIADB_DIALECT.on_conflict(made, ["a"], ["b"]) == (
        "ON DUPLICATE KEY UPDATE `t`.`b` = VALUES(`b`)"
    )


def test_an_upsert_beside_other_keys_fails_where_it_meets_them() -> None:
    """A column gets a value that it does not take."""
    new = "`_code_analysis_db_new`"
    made = table([column("a", primary_key=True), column("b", unique=True)])
    assert conflict(made, ["b"], ["a"]) == (
        f"AS {new} ON DUPLICATE KEY UPDATE"
        f" `t`.`a` = IF(`t`.`b` = {new}.`b`, {new}.`a`, NULL)"
    )
    made = table([NUMBER, column("b", unique=True)])
    assert conflict(made, ["b"], ["b"]) == (
        f"AS {new} ON DUPLICATE KEY UPDATE `t`.`id` ="
        f" IF(`t`.`b` = {new}.`b`, LAST_INSERT_ID(`t`.`id`), 'another key'),"
        f" `t`.`b` = {new}.`b`"
    )


def test_a_table_without_a_column_to_guard_it() -> None:
    """Is one where every column takes NULL and the server numbers nothing."""
    made = table([column("a", unique=True), column("b", unique=True)])
    assert guard_column(made, ["a"]) is None and needs_guard(made, ["a"])
    made = table([column("a", unique=True), column("b")])
    assert guard_column(made, ["a"]) is None and not needs_guard(made, ["a"])


# --- raw SQL --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "BEGIN",
        "START TRANSACTION",
        "commit",
        "XA START 'a'",
        "SET autocommit = 0",
        "USE other",
        "LOCK TABLES t WRITE",
        "FLUSH TABLES WITH READ LOCK",
        "SELECT GET_LOCK('a', 1)",
        "PREPARE s FROM 'SELECT 1'",
        "CREATE TEMPORARY TABLE x (a int)",
        "CREATE OR REPLACE TEMPORARY TABLE x (a int)",
        "/*! COMMIT */",
        "SELECT 1 /*M!100000 INTO OUTFILE '/x' */",
        "SELECT 1; SELECT 2",
        "SELECT 'open",
        'SELECT "open',
    ],
)
def test_what_raw_sql_may_not_do(sql: str) -> None:
    """End transactions, leave things on the connection, hide statements."""
    with pytest.raises(DriverQueryError):
        read_sql(sql, MYSQL_DIALECT)


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        ("SELECT ?, 'a\\'?', `?`", "SELECT %s, 'a\\'?', `?`"),
        ('SELECT "it\\"s ?", ?', 'SELECT "it\\"s ?", %s'),
        ("SELECT 5--?", "SELECT 5--%s"),
        ("SELECT ? -- ? it's", "SELECT %s -- ? it's"),
        ("SELECT ? # ? it's", "SELECT %s # ? it's"),
        ("SELECT ? /*+ hint ? */", "SELECT %s /*+ hint ? */"),
        ("SELECT ? % 2, '50%'", "SELECT %s %% 2, '50%%'"),
    ],
)
def test_placeholders_are_found_as_the_server_reads(sql: str, bound: str) -> None:
    """Backslashes escape in both kinds of strings; ``--`` needs a space after it."""
    assert bind(read_sql(sql, MYSQL_DIALECT), [1], MYSQL_DIALECT) == (bound, [1])


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE PROCEDURE p() BEGIN SELECT 1; IF 1 THEN SELECT 2; END IF; END",
        "CREATE DEFINER = `a`@`b` TRIGGER t BEFORE INSERT ON u FOR EACH ROW"
        " BEGIN SET NEW.a = 1; SET NEW.b = 2; END",
    ],
)
def test_what_has_statements_inside_is_one(sql: str) -> None:
    """The server would not take more than one in any case."""
    assert read_sql(f"{sql};", MYSQL_DIALECT).sql == sql


@pytest.mark.parametrize("verb", ["ANALYZE TABLE t", "OPTIMIZE TABLE t", "GRANT x"])
def test_what_commits_by_itself_runs_alone(verb: str) -> None:
    assert read_sql(verb, MYSQL_DIALECT).runs_alone


def test_definitions_commit_by_themselves() -> None:
    """Which the driver is told by a flag."""
    assert not MYSQL_DIALECT.has_transactional_ddl
    assert read_sql("TRUNCATE t", MYSQL_DIALECT).is_ddl


def test_an_index_that_a_foreign_key_needs_is_replaced() -> None:
    """Not where another index serves."""
    reference = {
        "type": "foreign_key",
        "columns": ["a"],
        "references": {"table": "others", "columns": ["id"]},
    }
    changes = {"drop_indexes": ["by_a"], "rename_columns": {"a": "b"}}
    index = {"name": "by_a", "columns": ["a", "id"]}
    before = table(
        [NUMBER, column("a", "INTEGER")], constraints=[reference], indexes=[index]
    )
    assert altered(before, changes) == [
        "ALTER TABLE `t` ADD INDEX (`a`), DROP INDEX `by_a`",
        "ALTER TABLE `t` RENAME COLUMN `a` TO `b`",
    ]
    before = table(
        [NUMBER, column("a", "INTEGER", unique=True)],
        constraints=[reference],
        indexes=[index],
    )
    assert altered(before, {"drop_indexes": ["by_a"]}) == [
        "ALTER TABLE `t` DROP INDEX `by_a`"
    ]
