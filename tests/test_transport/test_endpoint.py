"""Endpoints are read, written, pickled, and keep their key to themselves."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_analysis_db.exceptions import ConfigurationError
from code_analysis_db.transport.endpoint import Endpoint


@given(st.binary(max_size=32), st.integers(0, 65535))
def test_text_and_pickle_carry_everything(key: bytes, port: int) -> None:
    """``parse(str(endpoint))`` and a pickle give the endpoint back."""
    for endpoint in (
        Endpoint("unix", path="/run/a b.sock", key=key),
        Endpoint("tcp", host="127.0.0.1", port=port, key=key),
        Endpoint("tcp", host="::1", port=port, key=key),
    ):
        assert Endpoint.parse(str(endpoint)) == endpoint
        assert pickle.loads(pickle.dumps(endpoint)) == endpoint


def test_repr_hides_the_key() -> None:
    """What ends in a log is the address only."""
    endpoint = Endpoint.parse("unix:///tmp/s?key=c0ffee")
    assert repr(endpoint) == "Endpoint('unix:///tmp/s')"
    assert "c0ffee" in str(endpoint)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unix:",
        "unix://host/path",
        "tcp://127.0.0.1",
        "tcp://:80",
        "http://x:1",
        "tcp://h:99999",
        "unix:///p?key=xyz",
        "unix:///" + "p" * 107,
    ],
)
def test_what_is_no_endpoint_is_refused_by_name(text: str) -> None:
    """The message shows the address and never the key."""
    with pytest.raises(ConfigurationError) as caught:
        Endpoint.parse(text)
    assert "xyz" not in str(caught.value)


def test_key_is_made_once() -> None:
    """An endpoint with a key keeps it."""
    endpoint: Any = Endpoint.parse("unix:///tmp/s").with_key()
    assert len(endpoint.key) == 32
    assert endpoint.with_key() is endpoint
