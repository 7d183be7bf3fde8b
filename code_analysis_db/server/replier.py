"""Results on their way back: encoded, measured, sent."""

from __future__ import annotations

from typing import Any, List

from ..exceptions import DriverError, MessageTooLargeError
from ..messages.base_result import FieldResult
from ..messages.codec import HEADER, encode_data_part, encode_result
from ..result import DataResult, ErrorResult
from ..handlers.read_handlers import RowSink
from .job import Job
from .peer import Peer


class Replier:
    """Answers callers from any thread, within the size limit."""

    def __init__(self, max_message_size: int) -> None:
        """Refuse results over ``max_message_size`` bytes."""
        self._limit = max_message_size
        self._payload_limit = max_message_size + HEADER.size

    def reply(self, job: Job, result: FieldResult) -> None:
        """Send a job's result, or the error that it cannot be sent."""
        self.send(job.peer, job.request_id, result)

    def send(self, peer: Peer, request_id: int, result: FieldResult) -> None:
        """Send the result of a request, or the error that it cannot be sent."""
        try:
            payload = encode_result(request_id, result)
            if len(payload) > self._payload_limit:
                raise self._too_large(len(payload) - HEADER.size)
        except DriverError as error:
            # What a database gave us may be no value of the wire (a text that is not
            # Unicode): its reader must hear of it.
            payload = encode_result(request_id, ErrorResult.of_error(error))
        peer.send(payload)

    def sink(self, job: Job) -> RowSink:
        """Return what sends the first rows of a job's large result as they come."""
        sent = 0

        def send_rows(columns: List[str], rows: List[Any]) -> None:
            """Send a portion of the rows."""
            nonlocal sent
            payload = encode_data_part(job.request_id, DataResult(columns, rows))
            sent += len(payload)
            if sent > self._limit:
                raise self._too_large(sent)
            job.peer.send(payload)

        return send_rows

    def _too_large(self, size: int) -> MessageTooLargeError:
        """Return the error of a result of ``size`` bytes or more."""
        return MessageTooLargeError(
            f"the result has {size} bytes or more, over max_message_size of"
            f" {self._limit}: read less at once, or with select_iter"
        )
