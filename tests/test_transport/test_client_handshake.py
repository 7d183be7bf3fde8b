"""The client's handshake is that of the standard library, and proves the key."""

from __future__ import annotations

import socket
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import List, Optional

import pytest

from code_analysis_db.exceptions import HandshakeError
from code_analysis_db.transport.client_handshake import ClientHandshake
from code_analysis_db.transport.handshake import ServerHandshake
from code_analysis_db.transport.signature import CHALLENGE, WELCOME


def test_both_ends_of_ours_meet() -> None:
    """Each proves the key to the other."""
    driver, client = ServerHandshake(b"key"), ClientHandshake(b"key")
    payload: Optional[bytes] = driver.start()
    for end in (client, driver, client, driver, client, driver):
        assert payload is not None
        payload = end.receive(payload)
    assert payload is None
    assert client.done and driver.done


def test_standard_library_lets_it_in() -> None:
    """As a listener of ``multiprocessing`` would."""
    ours, theirs = socket.socketpair()
    listener, stream = Connection(theirs.detach()), Connection(ours.detach())
    raised: List[BaseException] = []

    def accept() -> None:
        """Do what ``multiprocessing.connection.Listener`` does after accepting."""
        try:
            deliver_challenge(listener, b"key")
            answer_challenge(listener, b"key")
        except (AuthenticationError, EOFError, OSError) as error:
            raised.append(error)

    thread = threading.Thread(target=accept)
    thread.start()
    handshake = ClientHandshake(b"key")
    with listener, stream:
        while not handshake.done:
            answer = handshake.receive(stream.recv_bytes())
            if answer is not None:
                stream.send_bytes(answer)
        thread.join()
    assert not raised


@pytest.mark.parametrize(
    "payloads",
    [
        [b"HTTP/1.1 400 Bad Request"],
        [CHALLENGE + b"{crc32}" + b"n" * 40],
        [CHALLENGE + b"{sha256}" + b"n" * 40, b"#FAILURE#"],
        [CHALLENGE + b"{sha256}" + b"n" * 40, WELCOME, b"{sha256}" + b"s" * 32],
        [CHALLENGE + b"n" * 20, WELCOME, b"s" * 16],
    ],
    ids=["no challenge", "unknown digest", "refused", "unproved", "unproved, old"],
)
def test_peer_that_does_not_hold_the_key_is_refused(payloads: List[bytes]) -> None:
    """Whatever it sends, and no key is in the error."""
    handshake = ClientHandshake(b"secret key")
    with pytest.raises(HandshakeError) as refused:
        for payload in payloads:
            handshake.receive(payload)
    assert "secret" not in str(refused.value) + repr(handshake)
    assert not handshake.done
