"""The driver's side of ``multiprocessing``'s mutual authentication, without blocking.

The standard library runs the handshake inside ``accept``: one silent peer keeps all
others out.  Here it is a state machine that is fed with the peer's frames and never
waits:

1. driver -> client  ``#CHALLENGE#{sha256}<40 random bytes>``
2. client -> driver  HMAC of the challenge (SHA-256; MD5 from Python 3.11 and older)
3. driver -> client  ``#WELCOME#``, or ``#FAILURE#`` and the end
4. client -> driver  ``#CHALLENGE#…``
5. driver -> client  HMAC of that
6. client -> driver  ``#WELCOME#``

The messages are those of ``multiprocessing.connection`` (its ``deliver_challenge`` and
``answer_challenge``), so the two ends may run different versions of Python.
"""

from __future__ import annotations

from typing import Optional

import attrs

from ..exceptions import HandshakeError
from .signature import CHALLENGE, FAILURE, WELCOME, is_signature, new_challenge, sign

#: The longest frame that belongs to a handshake.
MAX_HANDSHAKE_FRAME = 256


@attrs.define
class ServerHandshake:
    """One peer's way through the handshake.

    Attributes:
        key: the endpoint's key.
        challenge: what the peer has to sign.
        authenticated: whether the peer has proved the key.
        done: whether both sides have.
    """

    key: bytes = attrs.field(repr=False)
    challenge: bytes = attrs.field(init=False)
    authenticated: bool = attrs.field(init=False, default=False)
    done: bool = attrs.field(init=False, default=False)
    _answered: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Choose the challenge."""
        self.challenge = new_challenge()

    def start(self) -> bytes:
        """Return the first payload to send."""
        return CHALLENGE + self.challenge

    def receive(self, payload: bytes) -> Optional[bytes]:
        """Take the peer's next payload and return the one to answer with, if any.

        Raises:
            HandshakeError: the peer does not hold the key; send :meth:`refusal`.
        """
        if not self.authenticated:
            if not is_signature(self.key, self.challenge, payload):
                raise HandshakeError("a client did not prove the endpoint's key")
            self.authenticated = True
            return WELCOME
        if not self._answered:
            if not payload.startswith(CHALLENGE):
                raise HandshakeError("a client sent no challenge of its own")
            self._answered = True
            return sign(self.key, payload[len(CHALLENGE) :])
        if payload != WELCOME:
            raise HandshakeError("a client did not accept the driver's key")
        self.done = True
        return None

    @staticmethod
    def refusal() -> bytes:
        """Return the payload that tells the peer that it was refused."""
        return FAILURE
