"""The errors of requests that are refused before they reach a lane."""

from __future__ import annotations

from ..exceptions import InvalidRequestError, TransactionLostError
from ..messages.base_request import FieldRequest


def disordered(request: FieldRequest) -> InvalidRequestError:
    """Return the error of a request that must not overtake another, nor another it."""
    return InvalidRequestError(
        f"{request.name}: a transaction or a cursor needs a connection whose requests"
        " are done in their order; this one's are done side by side"
    )


def lost_to_the_end(transaction_id: str) -> TransactionLostError:
    """Return the error of a transaction that the stopping driver has rolled back."""
    return TransactionLostError(
        f"transaction {transaction_id!r} is gone and nothing of it was applied: the"
        " driver process is stopping"
    )
