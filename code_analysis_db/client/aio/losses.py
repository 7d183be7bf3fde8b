"""What becomes of the requests of a connection that ends."""

from __future__ import annotations

from ...exceptions import (
    DriverConnectionError,
    DriverUnavailableError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from ...messages.base_request import FieldRequest
from ..channel import ReplyLostError
from .flight import Flight


def loss_of(flight: Flight, reason: Exception, is_telling: bool) -> Exception:
    """Return what the loss of its connection means for a request.

    Args:
        is_telling: whether a reset tells that the last frame, which is the request's
            own, was not read.
    """
    if not flight.is_handed_over:
        return DriverUnavailableError(
            f"the connection to the driver was lost: {reason}"
        )
    if is_telling and isinstance(reason, ConnectionResetError):
        # Linux says so where the peer's end was closed with bytes that it had not read
        # (unix_release_sock in net/unix/af_unix.c); the last bytes are those of the
        # last frame: the driver never had it whole.
        return DriverUnavailableError("the driver went before it had read the request")
    return ReplyLostError(str(reason))


def late(request: FieldRequest) -> RequestTimeoutError:
    """Return the error of a request that was not sent in time."""
    return RequestTimeoutError(
        f"{request.name}: the time ran out before it was sent; the client's own"
        " requests, or a driver that does not read, are in the way"
    )


def closed(flight: Flight) -> Exception:
    """Return what the closing of the client means for a request."""
    if flight.request.writes and flight.is_begun:
        return OutcomeUnknownError(
            "the client was closed before the reply to a write came; it may have been"
            " applied or not, so read back before repeating it"
        )
    return DriverConnectionError("the client was closed while the request waited")


def forked(_: Flight) -> Exception:
    """Return the error of a request in a child that was forked while it waited."""
    return DriverConnectionError(
        "the process was forked while the request waited: its reply is the parent's"
    )
