"""Versions of a schema: which are newer, which have no order, which are refused."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import SchemaDefinitionError
from code_analysis_db.schema import Schema, is_newer

_ORDERED = [
    "1.0.dev1",
    "1.0a1",
    "1.0-beta.2",
    "1.0rc1",
    "1.0rc2",
    "1.0rc10",
    "1.0",
    "1.0.1",
    "1.0.1-7",
    "v1.2",
    "1.9",
    "1.10",
    "1.10 hotfix 2",
    "1.10 hotfix 10",
    "2",
    "2026.11.24",
]
_DIGEST = "sha256:0123456789abcdef"


@pytest.mark.parametrize("place", range(1, len(_ORDERED)))
def test_numbers_in_a_version_count_as_numbers(place: int) -> None:
    """What was tried before a release is older than the release."""
    for older in _ORDERED[:place]:
        assert is_newer(_ORDERED[place], older)
        assert not is_newer(older, _ORDERED[place])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"),
        ("1.0.0", "1"),
        ("v2", "2"),
        ("V2", "v2"),
        (" 1.0 ", "1.0"),
        ("01.02", "1.2"),
        ("Summer", "summer"),
        ("1.0-rc.2", "1.0rc2"),
        ("1.0alpha1", "1.0a1"),
    ],
)
def test_what_is_only_written_otherwise_is_not_newer(one: str, other: str) -> None:
    """Neither way."""
    assert not is_newer(one, other) and not is_newer(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("spring", "1.0"), (_DIGEST, "1.0"), (_DIGEST, "sha256:ff"), (_DIGEST, "zeta")],
)
def test_some_versions_have_no_order(one: str, other: str) -> None:
    """A name and a number, and a digest and anything."""
    assert not is_newer(one, other) and not is_newer(other, one)


@pytest.mark.parametrize(
    ("newer", "older"), [("beta", "alpha"), ("sprint 10", "sprint 9"), ("b", "a9")]
)
def test_names_have_the_order_of_text_with_its_numbers(newer: str, older: str) -> None:
    """One that has no number at its start."""
    assert is_newer(newer, older) and not is_newer(older, newer)


_TEXTS = st.one_of(
    st.text(min_size=1, max_size=8),
    st.from_regex(
        r"v?[0-9]{1,2}(\.[0-9]{1,2}){0,2}([-.]?(rc|a|post)[0-9])?", fullmatch=True
    ),
)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_the_order_holds_together(one: str, other: str, third: str) -> None:
    """No version is newer than itself or both ways, and newer than newer is newer."""
    assert not is_newer(one, one)
    assert not (is_newer(one, other) and is_newer(other, one))
    if is_newer(one, other) and is_newer(other, third):
        assert is_newer(one, third)


@pytest.mark.parametrize(
    ("stated", "read"),
    [(None, None), (3, "3"), (0, "0"), ("1.0", "1.0"), ("Größe 2", "Größe 2")],
)
def test_a_version_is_text_or_a_number(stated: Any, read: Optional[str]) -> None:
    """A number is read as its digits."""
    assert Schema.from_definition({"version": stated, "tables": []}).version == read


def test_a_version_that_is_a_digest_states_nothing() -> None:
    """An exported schema that is changed by hand and given back has another one."""
    schema = Schema.from_definition({"version": _DIGEST, "tables": []})
    assert schema.version is None
    assert schema.effective_version == f"sha256:{schema.digest[:16]}"


@pytest.mark.parametrize(
    "stated", [True, -1, 1.5, "", "  ", "a\nb", "\0", "\ud800", ["1"], {}, "9" * 201]
)
def test_what_is_no_version_is_refused(stated: Any) -> None:
    """By its path and by what was given."""
    with pytest.raises(SchemaDefinitionError, match="faults: version: "):
        Schema.from_definition({"version": stated, "tables": []})


def test_numbers_of_any_length_are_compared() -> None:
    """Python reads no number of more than 4300 digits; versions are shorter."""
    assert is_newer("1" + "0" * 199, "9" * 199)
