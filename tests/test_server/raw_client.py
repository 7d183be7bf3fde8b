"""A client that says exactly what a test tells it to, over the real wire."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from code_analysis_db.messages.base_request import FieldRequest
from code_analysis_db.messages.base_result import FieldResult
from code_analysis_db.messages.codec import (
    Kind,
    decode_result,
    encode_cancel,
    encode_request,
    split,
)
from code_analysis_db.result import DataResult, ErrorResult, SuccessResult
from code_analysis_db.transport.client_socket import ClientSocket
from code_analysis_db.transport.endpoint import Endpoint

_PATIENCE = 30.0


class RawClient:
    """Sends requests and reads replies apart from each other."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Connect to a driver."""
        self.socket = ClientSocket.connect(endpoint)
        self.socket.set_max_size(2**40)
        self._last_id = 0

    def send(self, request: FieldRequest, timeout: Optional[float] = None) -> int:
        """Send a request and return its id."""
        self._last_id += 1
        self.socket.send(encode_request(self._last_id, request, timeout))
        return self._last_id

    def cancel(self, request_id: int) -> None:
        """Cancel a request."""
        self.socket.send(encode_cancel(request_id))

    def receive(self, timeout: float = _PATIENCE) -> Tuple[int, FieldResult]:
        """Return (request id, result) of the next reply, its parts put together."""
        rows: List[Any] = []
        while True:
            payload: Any = self.socket.receive(timeout)
            request_id, kind, body = split(payload)
            result = decode_result(kind, body)
            if isinstance(result, DataResult) and (rows or kind == Kind.DATA_PART):
                rows += result.rows
                result = DataResult(result.columns, rows, result.cursor)
            if kind != Kind.DATA_PART:
                return request_id, result

    def call(
        self, request: FieldRequest, timeout: Optional[float] = None
    ) -> FieldResult:
        """Send a request and return its result."""
        request_id = self.send(request, timeout)
        replied, result = self.receive()
        assert replied == request_id
        return result

    def data(self, request: FieldRequest) -> Any:
        """Return the data of a request that must succeed."""
        result = self.call(request)
        assert isinstance(result, (SuccessResult, DataResult)), result
        return result.data if isinstance(result, SuccessResult) else result.rows

    def error(self, request: FieldRequest, timeout: Optional[float] = None) -> str:
        """Return the error code of a request that must fail."""
        result = self.call(request, timeout)
        assert isinstance(result, ErrorResult), result
        code: str = result.error_code
        return code

    def close(self) -> None:
        """End the connection."""
        self.socket.close()
