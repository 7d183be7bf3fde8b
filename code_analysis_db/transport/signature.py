"""The challenges of ``multiprocessing``'s authentication, and their signatures.

Python 3.12 and newer put the digest's name before a challenge and a signature, as in
``{sha256}…``; older ones sign with MD5 and name nothing.  Both are understood.
"""

from __future__ import annotations

import hmac
import os
import re

from ..exceptions import HandshakeError

CHALLENGE = b"#CHALLENGE#"
WELCOME = b"#WELCOME#"
FAILURE = b"#FAILURE#"
_NONCE_BYTES = 40
_DIGEST_PREFIX = re.compile(rb"\{(\w+)\}")
# Challenge and signature of Python 3.11 and older have no digest's name.  Their bytes
# are random: one in 200,000 looks as if it had one, and only its length tells.
_LEGACY_CHALLENGE_BYTES = 20
_LEGACY_SIGNATURE_BYTES = 16
_DIGESTS = frozenset({"md5", "sha256", "sha384", "sha3_256", "sha3_384"})


def new_challenge() -> bytes:
    """Return something that nobody has signed yet."""
    return b"{sha256}" + os.urandom(_NONCE_BYTES)


def is_signature(key: bytes, challenge: bytes, response: bytes) -> bool:
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


def sign(key: bytes, challenge: bytes) -> bytes:
    """Return the signature of a challenge, in the form that it expects.

    Raises:
        HandshakeError: it asks for a digest that is not known.
    """
    prefix = _DIGEST_PREFIX.match(challenge)
    if prefix is None or len(challenge) == _LEGACY_CHALLENGE_BYTES:
        return hmac.new(key, challenge, "md5").digest()
    digest = prefix.group(1).decode()
    if digest not in _DIGESTS:
        raise HandshakeError(f"the peer asked for the unknown digest {digest!r}")
    signature = hmac.new(key, challenge, digest).digest()
    return b"{%s}%s" % (prefix.group(1), signature)
