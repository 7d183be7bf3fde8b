"""What the examples find in a source file."""

from __future__ import annotations

import asyncio
import email
import json
import unittest
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import List, Tuple
from uuid import uuid4

import pytest
from source_analysis import analyse

from code_analysis_db.objects import File, FileAnalysis


def analysed(source: str) -> FileAnalysis:
    """Return the analysis of a file with this source."""
    file = File(project_id=uuid4(), path="/src/file.py", relative_path="file.py")
    analysis = analyse(file, dedent(source).encode())
    assert analysis.error is None
    return analysis


@pytest.mark.parametrize(
    "body, complexity",
    [
        ("pass", 1),
        ("if a: pass", 2),
        ("if a: pass\n    elif b: pass\n    else: pass", 3),
        ("return a and b and c or d", 4),
        ("return 1 if a else 2", 2),
        ("for a in b: pass\n    else: pass", 2),
        ("while a: pass", 2),
        ("return [a for a in b if a if c]", 4),
        ("assert a", 2),
        ("try: pass\n    except A: pass\n    except B: pass\n    finally: pass", 3),
        (
            "match a:\n     case 1: b\n     case b if c: d\n     case _: e",
            3,
        ),
        ("with a: pass", 1),
        ("return lambda: 1 if a else 2", 2),
        ("def inner():\n        if a: pass", 1),
        ("class Inner:\n        if a: pass", 1),
    ],
)
def test_complexity_counts_the_decisions_of_a_function(
    body: str, complexity: int
) -> None:
    """One more than the decisions; inner definitions have their own."""
    functions = analysed(f"def f():\n    {body}\n").functions
    assert [one.complexity for one in functions if one.name == "f"] == [complexity]


def used(source: str) -> List[Tuple[object, ...]]:
    """Return the usages in a source: line, how, what, class, name, where."""
    return [
        (
            usage.line,
            usage.usage_type,
            usage.target_type,
            usage.target_class,
            usage.target_name,
            (usage.context or {}).get("in"),
        )
        for usage in analysed(source).usages
    ]


def test_usages_of_imported_names_say_where_they_come_from() -> None:
    """Through other names and attributes, in every scope; not where one is hidden."""
    found = used("""\
        import os.path
        import xml.dom as dom
        from . import near
        from .far import away as there

        os.path.join(dom.Node, near)

        def f(near, x: there = there()):
            near.call
            return os.sep

        for os in []:
            pass
        """)
    assert found == [
        (6, "call", "import", None, "os.path.join", None),
        (6, "attribute", "import", None, "xml.dom.Node", None),
        (6, "name", "import", None, ".near", None),
        (8, "name", "import", None, ".far.away", None),
        (8, "call", "import", None, ".far.away", None),
        (10, "attribute", "import", None, "os.sep", "f"),
    ]


def test_usages_of_classes_functions_and_methods() -> None:
    """As far as the source says what a name stands for."""
    found = used("""\
        def helper(): ...

        class Base: ...

        class Derived(Base):
            def run(self, other):
                self.run(helper)
                self.kept.append(Base())
                other.run()

                def inner():
                    self.run().run()
                    inner.calls += 1

            @staticmethod
            def make(first):
                return first.run

            run(None, None)

        Derived.run(helper())
        Derived.absent
        run()
        """)
    assert found == [
        (5, "inheritance", "class", None, "Base", None),
        (21, "call", "method", "Derived", "run", None),
        (21, "call", "function", None, "helper", None),
        (22, "name", "class", None, "Derived", None),
        (19, "call", "function", None, "Derived.run", "Derived"),
        (7, "call", "method", "Derived", "run", "Derived.run"),
        (7, "name", "function", None, "helper", "Derived.run"),
        (8, "call", "class", None, "Base", "Derived.run"),
        (12, "call", "method", "Derived", "run", "Derived.run.inner"),
        (13, "name", "function", None, "Derived.run.inner", "Derived.run.inner"),
    ]


@pytest.mark.parametrize(
    "source, issues",
    [
        ("", []),
        ("x = 1", [("missing_docstring", 1)]),
        ('"""Say."""\ndef f(): ...', [("missing_docstring", 2)]),
        ('"""Say."""\n@g\nclass C: ...', [("missing_docstring", 3)]),
        ('"""Say."""\ndef _f(): ...\nclass _C:\n    def m(self): ...', []),
        ('"""Say."""\ndef _f():\n    def inner(): ...', []),
        ('"""Say."""\ndef test_f(): ...', []),
        ('"""Say."""\ndef _f():' + "\n    a" * 59, []),
        ('"""Say."""\ndef _f():' + "\n    a" * 60, [("long_function", 2)]),
        ('"""Say."""\ndef _f(a, b, c, d, e, /, f, *g): ...', []),
        (
            '"""Say."""\ndef _f(a, b, c, d, e, f, *, g, **h): ...',
            [("too_many_parameters", 2)],
        ),
        ('"""Say."""\nclass _C:\n def m(self, a, b, c, d, e, f, g): ...', []),
        ('"""Say."""\ndef _f():\n a' + " or a" * 15, [("too_complex", 2)]),
        (
            '"""Say."""\ndef _f(a, b=[], *, c={}, d=()): ...',
            [("mutable_default", 2)] * 2,
        ),
        ('"""Say."""\ntry: a\nexcept: b', [("bare_except", 3)]),
        ('"""Say."""\ntry: a\nexcept Exception: pass', [("swallowed_exception", 3)]),
        ('"""Say."""\ntry: a\nexcept KeyError: pass', []),
        ('"""Say."""\nfrom a import *', [("wildcard_import", 2)]),
    ],
)
def test_issues(source: str, issues: List[Tuple[str, int]]) -> None:
    """Each is found where it is, and nothing else."""
    found = analysed(source).issues
    assert [(issue.issue_type, issue.line) for issue in found] == issues


def test_an_issue_belongs_to_the_innermost_definition() -> None:
    """It names that one, beside the file and the project."""
    analysis = analysed('"""Say."""\nclass _C:\n    def m(self, a=[]): ...')
    (issue,) = analysis.issues
    (method,) = analysis.methods
    assert (issue.method_id, issue.class_id) == (method.id, None)
    assert issue.file_id == analysis.file.id
    assert issue.project_id == analysis.file.project_id


@pytest.mark.parametrize("package", [json, asyncio, email, unittest])
def test_each_line_is_in_one_content_at_its_place(package: ModuleType) -> None:
    """A hit's line in the file is its entity's line plus its line in the content."""
    (folder,) = package.__path__
    for path in Path(folder).glob("*.py"):
        check_lines(path)


def check_lines(path: Path) -> None:
    """Put the contents of a file together and compare."""
    file = File(project_id=uuid4(), path=str(path))
    analysis = analyse(file, path.read_bytes())
    begin = {one.id: one.line for one in analysis.classes}
    begin.update((one.id, one.line) for one in analysis.methods)
    begin.update((one.id, one.line) for one in analysis.functions)
    found: List[Tuple[int, str]] = []
    for content in analysis.code_content:
        assert content.entity_id is not None
        first = begin.get(content.entity_id, 1)
        lines = enumerate(content.content.split("\n"), first)
        found += [(number, line) for number, line in lines if line.strip()]
    lines = enumerate(path.read_text("utf-8").split("\n"), 1)
    assert sorted(found) == [(number, line) for number, line in lines if line.strip()]


@pytest.mark.parametrize(
    "source, text",
    [
        (b"# coding: latin-1\nname = '\xe4'", "# coding: latin-1\nname = '\u00e4'"),
        (b"\xef\xbb\xbfname = 'a\xcc\x88'\r\n", "name = 'a\u0308'"),
        (b"a = 1\rb = 2\n", "a = 1\nb = 2"),
        (b"a = 1\n\x0cb = '\x0b\xe2\x80\xa8'", "a = 1\n\x0cb = '\x0b\u2028'"),
    ],
)
def test_the_text_is_decoded_as_python_does(source: bytes, text: str) -> None:
    """Declared encodings, byte order marks, all line ends; no other separators."""
    analysis = analyse(File(project_id=uuid4(), path="/src/file.py"), source)
    (content,) = analysis.code_content
    assert content.content == text


def test_bases_are_spelt_as_in_the_source() -> None:
    """On one line, whatever stands before them."""
    source = """\
        'é'; x = 1
        class C(A[int], b. c,
                call(1,
                     2), metaclass=M): ...
        """
    assert analysed(source).classes[0].bases == ["A[int]", "b. c", "call(1, 2)"]


@pytest.mark.parametrize(
    "source",
    [
        "class C(" + "+".join("a" * 2000) + "): ...",
        "a" + ".b" * 2000,
        "".join("  " * depth + "if a:\n" for depth in range(90)) + "  " * 90 + "a",
        "@a" + "()" * 500 + "\ndef f(): ...",
    ],
)
def test_depth_has_no_limit_of_ours(source: str) -> None:
    """What Python itself does not parse is an error that is kept, all else is fine."""
    analysis = analyse(File(project_id=uuid4(), path="/src/file.py"), source.encode())
    assert analysis.error is None or analysis.error.error_type == "RecursionError"
