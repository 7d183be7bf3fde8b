"""The tables of the objects of code analysis: columns, keys, references, indexes.

They are listed here as they are to be; what the classes declare and what the database
says of its tables are both compared with the list.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Set, Tuple

import pytest

from code_analysis_db import DatabaseClient
from code_analysis_db.client.mapping.table_model import in_reference_order, table_model
from code_analysis_db.client.objects import STORED_CLASSES

# ``!`` is NOT NULL, ``-> table`` a reference (CASCADE unless said), ``UQ`` a unique
# group, ``IX`` an index.  Every table has the key ``id`` and ``created_at``.
TABLES = """
projects
    root_path TEXT!, name TEXT!, comment TEXT, deleted BOOLEAN!, updated_at DATETIME!
    UQ root_path
files
    project_id UUID! -> projects, path TEXT!, relative_path TEXT, lines INTEGER
    last_modified REAL, has_docstring BOOLEAN, content_hash TEXT, deleted BOOLEAN!
    updated_at DATETIME!
    UQ project_id path
    IX project_id; project_id updated_at; project_id deleted
classes
    file_id UUID! -> files, name TEXT!, line INTEGER!, end_line INTEGER, docstring TEXT
    bases JSON
    UQ file_id name line
    IX name; file_id
methods
    class_id UUID! -> classes, name TEXT!, line INTEGER!, end_line INTEGER, args JSON
    docstring TEXT, is_abstract BOOLEAN!, has_pass BOOLEAN!
    has_not_implemented BOOLEAN!, complexity INTEGER
    UQ class_id name line
    IX name; class_id
functions
    file_id UUID! -> files, name TEXT!, line INTEGER!, end_line INTEGER, args JSON
    docstring TEXT, complexity INTEGER
    UQ file_id name line
    IX name; file_id
imports
    file_id UUID! -> files, name TEXT!, module TEXT, import_type TEXT!, line INTEGER!
    IX file_id; name
usages
    file_id UUID! -> files, line INTEGER!, usage_type TEXT!, target_type TEXT!
    target_class TEXT, target_name TEXT!, context JSON
    IX file_id; target_type target_name; target_class target_name
issues
    project_id UUID -> projects, file_id UUID -> files, class_id UUID -> classes
    function_id UUID -> functions, method_id UUID -> methods, issue_type TEXT!
    line INTEGER, description TEXT, metadata JSON
    IX issue_type; file_id; project_id; class_id; function_id; method_id
code_content
    file_id UUID! -> files, entity_type TEXT!, entity_id UUID, entity_name TEXT
    content TEXT!, docstring TEXT
    IX file_id; entity_type entity_id
ast_trees
    file_id UUID! -> files, project_id UUID! -> projects, ast_json JSON!
    ast_hash TEXT!, file_mtime REAL!, updated_at DATETIME!
    UQ file_id ast_hash
    IX project_id
cst_trees
    file_id UUID! -> files, project_id UUID! -> projects, cst_code TEXT!
    cst_hash TEXT!, file_mtime REAL!, updated_at DATETIME!
    UQ file_id cst_hash
    IX project_id
entity_cross_ref
    caller_class_id UUID -> classes, caller_method_id UUID -> methods
    caller_function_id UUID -> functions, callee_class_id UUID -> classes
    callee_method_id UUID -> methods, callee_function_id UUID -> functions
    ref_type TEXT!, file_id UUID -> files SET NULL, line INTEGER
    IX caller_class_id; caller_method_id; caller_function_id; file_id
    IX callee_class_id; callee_method_id; callee_function_id
vector_index
    project_id UUID! -> projects, entity_type TEXT!, entity_id UUID!
    vector_id INTEGER!, vector_dim INTEGER!, embedding_model TEXT
    UQ project_id entity_type entity_id
    IX vector_id
code_chunks
    file_id UUID! -> files, project_id UUID! -> projects, chunk_type TEXT!
    chunk_text TEXT!, chunk_ordinal INTEGER, vector_id INTEGER, embedding_model TEXT
    embedding_vector JSON, token_count INTEGER, class_id UUID, function_id UUID
    method_id UUID, line INTEGER, source_type TEXT, updated_at DATETIME!
    IX file_id; project_id created_at; project_id vector_id created_at
code_duplicates
    project_id UUID! -> projects, duplicate_hash TEXT!, similarity REAL!
    UQ project_id duplicate_hash
duplicate_occurrences
    duplicate_id UUID! -> code_duplicates, file_id UUID! -> files, start_line INTEGER!
    end_line INTEGER!, code_snippet TEXT
    IX duplicate_id; file_id
comprehensive_analysis_results
    file_id UUID! -> files, project_id UUID! -> projects, file_mtime REAL!
    results JSON!, summary JSON!, updated_at DATETIME!
    UQ file_id file_mtime
    IX project_id
indexing_errors
    project_id UUID! -> projects, file_path TEXT!, error_type TEXT, error_message TEXT
    UQ project_id file_path
"""

Facts = Dict[str, Set[Any]]


def listed() -> Dict[str, Facts]:
    """Return what the list says of each table."""
    tables: Dict[str, Facts] = {}
    for line in TABLES.splitlines():
        words = line.split(maxsplit=1)
        if words and not line.startswith(" "):
            facts: Facts = {"columns": set(), "keys": set(), "indexes": set()}
            tables[line] = facts
            facts["columns"] |= {
                ("id", "UUID", False),
                ("created_at", "DATETIME", False),
            }
            facts["references"] = set()
        elif words and words[0] == "UQ":
            facts["keys"].add(tuple(words[1].split()))
        elif words and words[0] == "IX":
            facts["indexes"] |= {tuple(names.split()) for names in words[1].split(";")}
        elif words:
            for text in line.split(","):
                column, _, target = text.partition("->")
                name, kind = column.split()
                facts["columns"].add((name, kind.rstrip("!"), not kind.endswith("!")))
                if target:
                    table, _, action = target.strip().partition(" ")
                    facts["references"].add((name, table, action or "CASCADE"))
    return tables


def stated(definition: Mapping[str, Any]) -> Facts:
    """Return what a table's definition says."""
    constraints: List[Any] = definition["constraints"]
    keys = {tuple(c["columns"]) for c in constraints if c["type"] == "primary_key"}
    assert keys == {("id",)}
    return {
        "columns": {
            (column["name"], column["type"], column.get("nullable", True))
            for column in definition["columns"]
        },
        "keys": {tuple(c["columns"]) for c in constraints if c["type"] == "unique"},
        "references": {
            (*c["columns"], c["references"]["table"], c["on_delete"])
            for c in constraints
            if c["type"] == "foreign_key"
        },
        "indexes": {
            _names(index)
            for index in definition.get("indexes", ())
            if not index.get("fulltext")
        },
    }


def _names(index: Mapping[str, Any]) -> Tuple[str, ...]:
    """Return the columns of an index."""
    return tuple(
        column if isinstance(column, str) else column["name"]
        for column in index["columns"]
    )


@pytest.mark.parametrize("table", listed())
def test_classes_declare_what_is_listed(table: str) -> None:
    """No more, no less."""
    classes = {table_model(cls).name: cls for cls in STORED_CLASSES}
    assert stated(table_model(classes[table]).to_definition()) == listed()[table]


def test_all_classes_are_listed_in_the_order_of_their_references() -> None:
    """A class that is stored has its table, and what it refers to comes before it."""
    assert {table_model(cls).name for cls in STORED_CLASSES} == set(listed())
    assert [model.cls for model in in_reference_order(STORED_CLASSES)] == list(
        STORED_CLASSES
    )


def test_the_database_has_what_is_listed(client: DatabaseClient) -> None:
    """Every database, by its own account."""
    client.projects.count()
    exported = {table["name"]: table for table in client.rpc.export_schema()["tables"]}
    for name, facts in listed().items():
        definition = exported[name]
        for column in definition["columns"]:
            column["nullable"] = column.get("nullable", True) and column["name"] != "id"
        assert stated(definition) == facts, name
