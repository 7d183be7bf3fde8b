"""The handshake is that of the standard library, and proves the key both ways."""

from __future__ import annotations

import hmac
import socket
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import List

import pytest

from code_analysis_db.exceptions import HandshakeError
from code_analysis_db.transport.handshake import ServerHandshake


def _talk(server_key: bytes, client_key: bytes) -> "list[BaseException]":
    """Run the standard library's client against our side; return what it raised."""
    ours, theirs = socket.socketpair()
    driver = Connection(ours.detach())
    client = Connection(theirs.detach())
    raised: List[BaseException] = []

    def run_client() -> None:
        """Do what ``multiprocessing.connection.Client`` does after connecting."""
        try:
            answer_challenge(client, client_key)
            deliver_challenge(client, client_key)
        except (AuthenticationError, EOFError, OSError) as error:
            raised.append(error)

    thread = threading.Thread(target=run_client)
    thread.start()
    handshake = ServerHandshake(server_key)
    driver.send_bytes(handshake.start())
    try:
        while not handshake.done:
            answer = handshake.receive(driver.recv_bytes())
            if answer is not None:
                driver.send_bytes(answer)
    except HandshakeError:
        driver.send_bytes(handshake.refusal())
    finally:
        driver.close()
        thread.join()
        client.close()
    return raised


def test_standard_library_client_is_let_in() -> None:
    """Both sides hold the key."""
    assert _talk(b"key", b"key") == []


def test_wrong_key_is_refused() -> None:
    """The client is told so, in the standard library's words."""
    (error,) = _talk(b"key", b"other")
    assert isinstance(error, AuthenticationError)


def test_md5_answer_of_an_older_python_is_taken() -> None:
    """Python 3.11 and older sign with MD5 whatever the challenge names."""
    handshake = ServerHandshake(b"key")
    challenge = handshake.start()[len(b"#CHALLENGE#") :]
    answer = hmac.new(b"key", challenge, "md5").digest()
    assert handshake.receive(answer) == b"#WELCOME#"
    legacy = b"#CHALLENGE#" + b"n" * 20
    assert handshake.receive(legacy) == hmac.new(b"key", b"n" * 20, "md5").digest()
    assert handshake.receive(b"#WELCOME#") is None
    assert handshake.done


def test_md5_answer_that_begins_like_a_named_digest_is_taken() -> None:
    """A signature is any bytes: this one begins with ``{F}``."""
    handshake = ServerHandshake(b"key")
    handshake.challenge = b"{sha256}" + (187_325).to_bytes(40, "big")
    answer = hmac.new(b"key", handshake.challenge, "md5").digest()
    assert answer.startswith(b"{F}")
    assert handshake.receive(answer) == b"#WELCOME#"


def test_sha256_challenge_of_a_newer_python_is_answered() -> None:
    """Python 3.12 and newer name the digest in the challenge."""
    handshake = ServerHandshake(b"key")
    challenge = handshake.start()[len(b"#CHALLENGE#") :]
    mac = hmac.new(b"key", challenge, "sha256").digest()
    assert handshake.receive(b"{sha256}" + mac) == b"#WELCOME#"
    theirs = b"{sha256}" + b"m" * 40
    expected = b"{sha256}" + hmac.new(b"key", theirs, "sha256").digest()
    assert handshake.receive(b"#CHALLENGE#" + theirs) == expected


@pytest.mark.parametrize(
    "answer", [b"", b"{crc32}xxxx", b"{sha256}", b"x" * 16, b"{md5}" + b"x" * 16]
)
def test_made_up_answers_are_refused(answer: bytes) -> None:
    """Nothing but a signature of this very challenge opens the door."""
    handshake = ServerHandshake(b"key")
    handshake.start()
    with pytest.raises(HandshakeError):
        handshake.receive(answer)


def test_key_is_not_shown() -> None:
    """A handshake in a log does not give the key away."""
    assert "secret" not in repr(ServerHandshake(b"secret"))
