"""The queries of a SQLite file's schema.

``{}`` stands for which tables: :data:`SCHEMA` or :data:`ONE`.
"""

from __future__ import annotations

from ...schema import INTERNAL_PREFIX

SCHEMA = "m.type = 'table'"

ONE = "m.type IN ('table', 'view') AND m.name = ?"

NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"

TEXTS = """
SELECT m.name, m.sql FROM sqlite_master m WHERE {}"""

COLUMNS = """
SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
WHERE {} AND c.hidden <> 1 ORDER BY m.name, c.cid"""

INDEX_TEXTS = """
SELECT i.tbl_name, i.name, i.sql FROM sqlite_master i JOIN sqlite_master m
 ON m.name = i.tbl_name
WHERE i.sql IS NOT NULL AND {}
 AND (i.type = 'index' OR i.type = 'trigger' AND i.name GLOB '$insert_*')
ORDER BY i.name""".replace("$", INTERNAL_PREFIX)
"""Of indexes, and of the triggers that feed fulltext indexes."""

SHADOWS = "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')"
"""Of SQLite 3.37 on: tables that a program makes up, and those beneath them."""

FOREIGN_KEYS = """
SELECT id, "table", "from", "to", on_delete, on_update
FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq"""

INDEXES = """
SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY seq DESC"""

INDEX_COLUMNS = """
SELECT name, "desc" FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno"""
