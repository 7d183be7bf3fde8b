"""The unified interface: a request in, a driver call, a result out.

The same for every driver.  It knows neither sockets nor threads: whichever thread calls
:meth:`DatabaseDriverRPCServer.handle_request` runs the request to its end.
"""

from __future__ import annotations

import logging
from typing import Any, Callable, Mapping, Optional

from .cursor_table import CursorTable
from .drivers.base import BaseDatabaseDriver
from .exceptions import DriverError, ProtocolError
from .handlers.batch_handlers import BatchHandlers
from .handlers.handler import HandlerTable
from .handlers.read_handlers import ReadHandlers, RowSink
from .handlers.row_handlers import RowHandlers
from .handlers.schema_handlers import SchemaHandlers
from .handlers.sql_handlers import SqlHandlers
from .handlers.table_handlers import TableHandlers
from .handlers.transaction_handlers import TransactionHandlers
from .messages.base_request import FieldRequest
from .messages.base_result import FieldResult
from .request import PingRequest, SelectRequest, StatsRequest
from .result import ErrorResult, SuccessResult

logger = logging.getLogger(__name__)


class DatabaseDriverRPCServer:
    """Answers the requests of the unified interface with a driver.

    Attributes:
        driver: the driver.
        cursors: the cursors that are open.
    """

    def __init__(
        self,
        driver: BaseDatabaseDriver,
        *,
        idle_timeout: float = 30.0,
        process_info: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Serve ``driver``.

        Args:
            idle_timeout: seconds after which an unused cursor is closed.
            process_info: figures of the process to add to ``ping`` and ``stats``.
        """
        self.driver = driver
        self.cursors = CursorTable(idle_timeout)
        self._process_info = process_info
        self._reads = ReadHandlers(driver, self.cursors)
        self._schema = SchemaHandlers(driver)
        self._handlers: HandlerTable = {
            PingRequest: self._ping,
            StatsRequest: self._stats,
            **RowHandlers(driver).handlers(),
            **self._reads.handlers(),
            **SqlHandlers(driver).handlers(),
            **TransactionHandlers(driver, self.cursors).handlers(),
            **TableHandlers(driver).handlers(),
            **self._schema.handlers(),
        }
        self._handlers.update(BatchHandlers(driver, self._handlers).handlers())

    def handle_request(self, request: FieldRequest) -> FieldResult:
        """Check a request, run it and return its result; errors become an
        ``ErrorResult``."""
        try:
            request.validate()
        except DriverError as error:
            return ErrorResult.of_error(error)
        return self.run(request)

    def run(
        self,
        request: FieldRequest,
        sink: Optional[RowSink] = None,
        *,
        brief: bool = False,
    ) -> FieldResult:
        """Run a request that was checked, as :meth:`handle_request` does.

        Args:
            sink: takes the rows of a select as they are read; the result has the last
                of them.  Without one the result has them all.  Of a long piece of work
                it takes how far that is, where the caller wants to know.
            brief: raise ``BudgetExceeded`` for a select of many rows.
        """
        try:
            if type(request) is SelectRequest:
                if brief:
                    return self._reads.select_few(request)
                if sink is not None:
                    return self._reads.stream(request, sink)
            elif sink is not None and self._schema.reports(request):
                return self._schema.run(request, sink)
            handler = self._handlers.get(type(request))
            if handler is None:
                raise ProtocolError(f"unknown method {request.name!r}")
            return handler(request)
        except DriverError as error:
            return ErrorResult.of_error(error)
        except Exception as error:  # a fault of ours must not take the driver down
            logger.exception("request %r failed unexpectedly", request.name)
            return ErrorResult.of_error(unexpected_error(request.name, error))

    def _ping(self, _: PingRequest) -> FieldResult:
        """Give a sign of life."""
        info = self._process_info()
        return SuccessResult(
            {"pid": info.get("pid"), "generation": info.get("generation")}
        )

    def _stats(self, _: StatsRequest) -> FieldResult:
        """Give figures about the process and the database."""
        return SuccessResult(
            {
                "stats": {
                    **self._process_info(),
                    "open_cursors": len(self.cursors),
                    "database": self.driver.stats(),
                }
            }
        )


def unexpected_error(what: str, error: Exception) -> DriverError:
    """Return what a caller is told where ``what`` failed by a fault of the driver's."""
    return DriverError(f"{what}: unexpected {type(error).__name__}: {error}")
