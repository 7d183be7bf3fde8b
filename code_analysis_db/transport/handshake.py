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

import hmac
import os
import re
from typing import Optional

import attrs

from ..exceptions import HandshakeError

_CHALLENGE = b"#CHALLENGE#"
_WELCOME = b"#WELCOME#"
_FAILURE = b"#FAILURE#"
_NONCE_BYTES = 40
_DIGEST_PREFIX = re.compile(rb"\{(\w+)\}")
# Challenge and signature of Python 3.11 and older have no digest's name.  Their bytes
# are random: one in 200,000 looks as if it had one, and only its length tells.
_LEGACY_CHALLENGE_BYTES = 20
_LEGACY_SIGNATURE_BYTES = 16
_DIGESTS = frozenset({"md5", "sha256", "sha384", "sha3_256", "sha3_384"})

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
        self.challenge = b"{sha256}" + os.urandom(_NONCE_BYTES)

    def start(self) -> bytes:
        """Return the first payload to send."""
        return _CHALLENGE + self.challenge

    def receive(self, payload: bytes) -> Optional[bytes]:
        """Take the peer's next payload and return the one to answer with, if any.

        Raises:
            HandshakeError: the peer does not hold the key; send :meth:`refusal`.
        """
        if not self.authenticated:
            if not _is_signature(self.key, self.challenge, payload):
                raise HandshakeError("a client did not prove the endpoint's key")
            self.authenticated = True
            return _WELCOME
        if not self._answered:
            if not payload.startswith(_CHALLENGE):
                raise HandshakeError("a client sent no challenge of its own")
            self._answered = True
            return _sign(self.key, payload[len(_CHALLENGE) :])
        if payload != _WELCOME:
            raise HandshakeError("a client did not accept the driver's key")
        self.done = True
        return None

    @staticmethod
    def refusal() -> bytes:
        """Return the payload that tells the peer that it was refused."""
        return _FAILURE


def _is_signature(key: bytes, challenge: bytes, response: bytes) -> bool:
    """Tell whether ``response`` signs ``challenge`` with ``key``."""
    prefix = _DIGEST_PREFIX.match(response)
    if prefix is None or len(response) == _LEGACY_SIGNATURE_BYTES:
        digest, signature = "md5", response
    else:
        digest, signature = prefix.group(1).decode(), response[prefix.end() :]
    if digest not in _DIGESTS:
        return False
    expected = hmac.new(key, challenge, digest).digest()
    return hmac.compare_digest(expected, signature)


def _sign(key: bytes, challenge: bytes) -> bytes:
    """Return the signature of the peer's challenge, in the form that it expects."""
    prefix = _DIGEST_PREFIX.match(challenge)
    if prefix is None or len(challenge) == _LEGACY_CHALLENGE_BYTES:
        return hmac.new(key, challenge, "md5").digest()
    digest = prefix.group(1).decode()
    if digest not in _DIGESTS:
        raise HandshakeError(f"a client asked for the unknown digest {digest!r}")
    signature = hmac.new(key, challenge, digest).digest()
    return b"{%s}%s" % (prefix.group(1), signature)
