"""The client's side of ``multiprocessing``'s mutual authentication, without blocking.

It is fed with the driver's frames and never waits; see :mod:`.handshake` for what goes
to and fro.  A blocking client leaves it to the standard library.
"""

from __future__ import annotations

from typing import Optional

import attrs

from ..exceptions import HandshakeError
from .signature import CHALLENGE, WELCOME, is_signature, new_challenge, sign


@attrs.define
class ClientHandshake:
    """A client's way through the handshake.

    Attributes:
        key: the endpoint's key.
        challenge: what the driver has to sign.
        welcome: whether the driver has accepted the key.
        done: whether both sides have; the last answer is still to be sent.
    """

    key: bytes = attrs.field(repr=False)
    challenge: bytes = attrs.field(init=False, factory=new_challenge)
    welcome: bool = attrs.field(init=False, default=False)
    done: bool = attrs.field(init=False, default=False)
    _signed: bool = attrs.field(init=False, default=False)

    def receive(self, payload: bytes) -> Optional[bytes]:
        """Take the driver's next payload and return the one to answer with.

        Raises:
            HandshakeError: the keys differ, or the peer is no driver.
        """
        if not self._signed:
            if not payload.startswith(CHALLENGE):
                raise HandshakeError("the peer is no driver: it sent no challenge")
            self._signed = True
            return sign(self.key, payload[len(CHALLENGE) :])
        if not self.welcome:
            if payload != WELCOME:
                raise HandshakeError("the driver refused the key")
            self.welcome = True
            return CHALLENGE + self.challenge
        if not is_signature(self.key, self.challenge, payload):
            raise HandshakeError("the driver did not prove the key")
        self.done = True
        return WELCOME
