"""The queries of PostgreSQL's catalogue.

``{}`` stands for which tables: :data:`SCHEMA` or :data:`ONE`.
"""

from __future__ import annotations

_HERE = "c.relnamespace = current_schema()::regnamespace"

SCHEMA = f"""c.relkind IN ('r', 'p') AND {_HERE} AND NOT c.relispartition
 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
  AND e.objid = c.oid AND e.deptype = 'e')"""
"""All tables but partitions and those of extensions."""

ONE = f"c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_HERE} AND c.relname = %s"
"""The table or view of a name."""

NAMES = f"SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND {_HERE}"

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
 pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '',
 a.attidentity <> '' OR EXISTS (SELECT FROM pg_depend s JOIN pg_class q
  ON q.oid = s.objid AND q.relkind = 'S'
  WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
  AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'a'),
 t.typname, a.atttypmod, l.collname
FROM pg_class c
LEFT JOIN pg_attribute a
 ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE {} ORDER BY c.relname, a.attnum"""

CONSTRAINTS = """
SELECT c.relname, k.contype, k.conname,
 (SELECT array_agg(a.attname::text ORDER BY p.place)
  FROM unnest(k.conkey) WITH ORDINALITY AS p(number, place)
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number),
 f.relname,
 (SELECT array_agg(a.attname::text ORDER BY p.place)
  FROM unnest(k.confkey) WITH ORDINALITY AS p(number, place)
  JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number),
 k.confdeltype, k.confupdtype, pg_get_expr(k.conbin, k.conrelid), k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE k.contype IN ('p', 'u', 'f', 'c') AND {} ORDER BY k.oid"""

INDEXES = """
SELECT c.relname, r.relname, i.indisunique, pg_get_expr(i.indpred, i.indrelid),
 (SELECT array_agg(a.attname::text ORDER BY p.place)
  FROM unnest(i.indkey::int[]) WITH ORDINALITY AS p(number, place)
  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number
  WHERE p.place <= i.indnkeyatts),
 i.indoption::int[], pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
WHERE i.indisvalid AND NOT EXISTS (SELECT FROM pg_constraint k
  WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
 AND {} ORDER BY r.relname"""
