"""One connection to a PostgreSQL server.

Statements of an autocommit session go bare, one message each.  BEGIN is not sent by
itself: it travels in one message with the first statement.  In a *guarded* transaction
each statement has a savepoint before it, in the same message, to which its failure
rolls back; the savepoint of the statement before is released there too.
"""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

from psycopg2.extensions import (
    TRANSACTION_STATUS_INERROR,
    TRANSACTION_STATUS_INTRANS,
    QueryCanceledError,
    cursor,
)

from ..exceptions import (
    DriverConnectionError,
    DriverError,
    DriverTransactionError,
    OutcomeUnknownError,
    SerializationError,
)
from .execution_context import ExecutionContext
from .isolation import IsolationLevel
from .pooled.session import Outcome, ServerSession, ServerStream
from .postgres_cancel import CancelRequest
from .postgres_config import PostgresConfig
from .postgres_connection import is_held, open_connection, shut_down
from .postgres_copy import CopySource
from .postgres_error import ENDED, POSTGRES_ERRORS, translated
from .postgres_prepared import CHANGED, PreparedStatements
from .postgres_stream import PostgresStream

_MARK = "_code_analysis_db_statement"
_SET_MARK = f"SAVEPOINT {_MARK};"
_RESET_MARK = f"RELEASE {_MARK};SAVEPOINT {_MARK};"
_UNMARK = f"RELEASE {_MARK};"


class PostgresSession(ServerSession):
    """A connection of psycopg2."""

    def __init__(self, config: PostgresConfig, context: ExecutionContext) -> None:
        """Connect and set the connection up.

        Raises:
            DriverConnectionError: no host could be reached or would have us.
        """
        self.is_broken = False
        self._context = context
        self._opening = ""
        self._in_transaction = False
        self._guarded = False
        self._marked = False
        self._streams = 0
        self._prepared = PreparedStatements() if config.prepared_statements else None
        self._connection = open_connection(config, context)
        self._cancel = CancelRequest(self._connection)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._in_transaction

    # --- statements ---------------------------------------------------------------

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Outcome:
        """Run one statement and return all that it gave."""
        ran = self._run(sql, params)
        description = ran.description
        if description is None:
            return Outcome(max(ran.rowcount, 0), 0, (), (), [])
        return Outcome(
            ran.rowcount,
            0,
            [column.name for column in description],
            [column.type_code for column in description],
            self._rows(ran),
        )

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return its rows; prepared where it comes often."""
        ran = self._run_prepared(sql, params)
        return [] if ran.description is None else self._rows(ran)

    def change(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement and return how many rows it met; prepared where it comes
        often."""
        return max(self._run_prepared(sql, params).rowcount, 0)

    def query_once(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run statements, one or several in a message, and return the last one's
        rows."""
        ran = self._run(sql, params)
        return [] if ran.description is None else self._rows(ran)

    def copy(self, sql: str, source: CopySource) -> None:
        """Run a ``COPY … FROM STDIN``; nothing else may be in the text."""
        if self._in_transaction:
            self._run("SELECT", ())
        try:
            self._connection.cursor().copy_expert(sql % (), source)
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error

    def stream(self, sql: str, params: Sequence[Any] = ()) -> ServerStream:
        """Start a query whose rows are read in portions, from a cursor of the
        server's; outside of a transaction it has one of its own."""
        own = not self._in_transaction
        if own:
            self.begin()
        self._streams += 1
        name = f"_code_analysis_db_{self._streams}"
        try:
            self._run(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", params)
        except BaseException:
            if own:
                self.rollback()
            raise
        return PostgresStream(self, name, ends_transaction=own)

    def _run_prepared(self, sql: str, params: Sequence[Any]) -> cursor:
        """Send a statement, prepared where it comes often."""
        prepared = self._prepared
        if prepared is None:
            return self._run(sql, params)
        text = prepared.execution(sql)
        if text is not None:
            try:
                return self._run(text, params)
            except DriverError as error:
                if error.database_code not in CHANGED:
                    raise
                return self._run_anew(sql, params, error)
        text = prepared.message(sql, len(params))
        if text is sql:
            return self._run(sql, params)
        try:
            ran = self._run(text, params)
        except BaseException as error:
            prepared.settle(getattr(error, "database_code", None) or "")
            raise
        prepared.settle(None)
        return ran

    def _run_anew(self, sql: str, params: Sequence[Any], error: DriverError) -> cursor:
        """Send a statement as it is, after the server would not run it as it had been
        prepared; forget all that was."""
        assert self._prepared is not None
        forget = self._prepared.forget()
        if self._in_transaction and not self._guarded:
            raise SerializationError(
                f"a table was changed by somebody else meanwhile: {error.message}",
                database_code=error.database_code,
            ) from error
        return self._run(f"{forget};{sql}", params)

    def _run(self, sql: str, params: Sequence[Any]) -> cursor:
        """Send a statement, with what has to go before it."""
        ran = self._connection.cursor()
        try:
            if self._in_transaction:
                ran.execute(self._before_statement() + sql, params)
                self._opening = ""
                self._marked = self._guarded
            else:
                ran.execute(sql, params)
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        return ran

    def _rows(self, ran: cursor) -> List[Sequence[Any]]:
        """Return the rows of a result, converted."""
        try:
            rows: List[Any] = ran.fetchall()
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        return rows

    def _before_statement(self) -> str:
        """Return what goes before a statement of a transaction."""
        if not self._guarded:
            return self._opening
        return self._opening + (_RESET_MARK if self._marked else _SET_MARK)

    # --- failures -----------------------------------------------------------------

    def _failure(self, error: BaseException) -> BaseException:
        """Return the package's error for one of psycopg2's, with a guarded transaction
        as it was before the statement."""
        code: Optional[str] = getattr(error, "pgcode", None)
        if self._connection.closed or code in ENDED:
            return self._loss(error, code)
        failure = translated(error, self._context)
        if self._in_transaction:
            self._undo_statement()
        return failure

    def _undo_statement(self) -> None:
        """Roll back to before the statement that failed, in a guarded transaction.

        Where that cannot be done all of the transaction is rolled back.
        """
        status = self._connection.info.transaction_status
        if status == TRANSACTION_STATUS_INTRANS:
            # psycopg2 refused a value: nothing of the message was sent
            return
        if status != TRANSACTION_STATUS_INERROR:
            self._in_transaction = bool(self._opening)
            return
        self._opening = ""
        if not self._guarded:
            return
        try:
            self._send(f"ROLLBACK TO {_MARK}")
            self._marked = True
        except POSTGRES_ERRORS:
            self.rollback()

    def _loss(self, error: BaseException, code: Optional[str]) -> DriverConnectionError:
        """Return the error for a connection that was lost under a statement."""
        self.is_broken = True
        reason = " ".join(str(error).split())
        if self._in_transaction:
            self._forget_transaction()
            return DriverConnectionError(
                f"the connection to the server was lost, and the transaction with it:"
                f" {reason}",
                database_code=code,
            )
        return OutcomeUnknownError(
            f"the connection to the server was lost while a statement ran: {reason}",
            database_code=code,
        )

    def _send(self, sql: str) -> cursor:
        """Send a statement of transaction control."""
        sent = self._connection.cursor()
        sent.execute(sql)
        return sent

    # --- transactions -------------------------------------------------------------

    def begin(
        self,
        isolation: Optional[IsolationLevel] = None,
        *,
        read_only: bool = False,
        guarded: bool = False,
    ) -> None:
        """Begin a transaction, with the statement that comes next."""
        words = ["BEGIN"]
        if isolation is not None:
            words.append(f"ISOLATION LEVEL {isolation.value.upper()}")
        if read_only:
            words.append("READ ONLY")
        self._opening = " ".join(words) + ";"
        self._in_transaction = True
        self._guarded = guarded
        self._marked = False

    def commit(self) -> None:
        """Commit; nothing is sent where no statement was.

        Raises:
            OutcomeUnknownError: the connection was lost before the answer came.
            DriverTransactionError: a statement had failed before, so that the server
                rolled back.
        """
        if not self._in_transaction or self._opening:
            self._forget_transaction()
            return
        self._forget_transaction()
        try:
            sent = self._send("COMMIT")
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        if sent.statusmessage == "ROLLBACK":
            raise DriverTransactionError(
                "the transaction was rolled back: a statement in it had failed"
            )

    def rollback(self) -> None:
        """Roll back what is open; nothing is sent where no statement was."""
        begun = self._in_transaction and not self._opening
        self._forget_transaction()
        if not begun or self.is_broken:
            return
        try:
            self._send("ROLLBACK")
        except POSTGRES_ERRORS as error:
            if not self._connection.closed:
                raise translated(error, self._context) from error
            # the server rolls back what it lost the connection of
            self.is_broken = True

    def _forget_transaction(self) -> None:
        """Be in autocommit mode again."""
        self._opening = ""
        self._in_transaction = self._guarded = self._marked = False

    def savepoint(self, name: str) -> None:
        """Set a savepoint."""
        self._step(f"SAVEPOINT {name}")

    def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        self._step(f"RELEASE {name}")

    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""
        self._step(f"ROLLBACK TO {name};RELEASE {name}", keeps_mark=True)

    def _step(self, sql: str, keeps_mark: bool = False) -> None:
        """Send a statement over a savepoint; the statements' own one is gone then."""
        mark = _UNMARK if self._marked and not keeps_mark else ""
        try:
            self._send(f"{self._opening}{mark}{sql}")
        except POSTGRES_ERRORS as error:
            raise self._failure(error) from error
        self._opening = ""
        self._marked = False

    # --- the connection -----------------------------------------------------------

    def is_alive(self, *, ask: bool) -> bool:
        """Tell whether the server still holds the connection; a question also takes a
        cancel request that came too late for its statement."""
        if not self.is_broken:
            try:
                self.is_broken = not self._is_held(ask)
            except POSTGRES_ERRORS:
                self.is_broken = True
        return not self.is_broken

    def _is_held(self, ask: bool) -> bool:
        """Look, and ask if told to."""
        if self._connection.closed or not is_held(self._connection):
            return False
        return not ask or self._answers() or self._answers()

    def _answers(self) -> bool:
        """Ask something; False where a late cancel request met the question."""
        try:
            self._connection.cursor().execute(self._before_statement() + "SELECT 1")
        except QueryCanceledError:
            if self._in_transaction:
                self._undo_statement()
            return False
        if self._in_transaction:
            self._opening = ""
            self._marked = self._guarded
        return True

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs; from another thread."""
        self._cancel.send()

    def abandon(self) -> None:
        """Shut the connection down under its statement; from another thread."""
        self.is_broken = True
        shut_down(self._connection)

    def close(self) -> None:
        """Close the connection; twice is fine."""
        self._connection.close()
