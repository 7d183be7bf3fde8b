"""Every error that the package raises, under one root.

An error is raised in the driver process, crosses the wire as its stable code, its
message and its details, and is raised in the caller as the same class (see
``error_from_fields``).  Every error pickles.

What the classes promise:

* any error but :class:`OutcomeUnknownError` means that nothing was applied;
* a :class:`RetryableError` means that the whole transaction may be tried again;
* no message, attribute or representation holds a password or a key.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Mapping, Optional, Type, TypeVar

_Error = TypeVar("_Error", bound="DriverError")

_BY_CODE: Dict[str, Type["DriverError"]] = {}


class DriverError(Exception):
    """Root of all errors of the package.

    Attributes:
        code: stable identifier of the class on the wire; never reused.
        database_code: the database's own code for the failure (an SQLSTATE, an
            errno, a name such as ``"SQLITE_FULL"``), None where there is none.
        table: the table concerned, None where unknown.
        column: the column concerned, None where unknown.
        constraint: the constraint that was violated, None where the database does
            not say.
    """

    code: ClassVar[str] = "driver"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the subclass under its code, which must be its own."""
        super().__init_subclass__(**kwargs)
        other = _BY_CODE.setdefault(cls.code, cls)
        if other is not cls and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"error code {cls.code!r} belongs to {other.__name__}")

    def __init__(
        self,
        message: str = "",
        *,
        database_code: Optional[str] = None,
        table: Optional[str] = None,
        column: Optional[str] = None,
        constraint: Optional[str] = None,
    ) -> None:
        """Keep the message and what is known about the failure."""
        super().__init__(message)
        self.message = message
        self.database_code = database_code
        self.table = table
        self.column = column
        self.constraint = constraint

    def __reduce__(self) -> Any:
        """Pickle by class, message and details."""
        return (_rebuild, (type(self), self.message, self.details()))

    def details(self) -> Dict[str, Any]:
        """Return what is known beside the message, without empty entries."""
        names = ("database_code", "table", "column", "constraint")
        return {n: getattr(self, n) for n in names if getattr(self, n) is not None}


def _rebuild(
    cls: Type[_Error], message: str, details: Mapping[str, Optional[str]]
) -> _Error:
    """Make an error of ``cls`` again from what it was taken apart into."""
    return cls(message, **details)


def error_from_fields(
    code: str, message: str, details: Mapping[str, Optional[str]]
) -> DriverError:
    """Make the error that crossed the wire as ``code``, ``message``, ``details``.

    A code that this side does not know (a newer driver) becomes a plain
    :class:`DriverError` whose message names the code.
    """
    cls = _BY_CODE.get(code)
    known = {
        name: value
        for name, value in details.items()
        if name in ("database_code", "table", "column", "constraint")
    }
    if cls is None:
        return DriverError(f"{message} (error code {code!r})", **known)
    return cls(message, **known)


_BY_CODE[DriverError.code] = DriverError


# --- connecting, configuring, starting ------------------------------------------


class DriverConnectionError(DriverError):
    """The database or the driver process cannot be reached or used."""

    code = "connection"


class ConfigurationError(DriverConnectionError):
    """The configuration has faults; the message names every one of them."""

    code = "configuration"


class UnknownDriverError(DriverError, ValueError):
    """No driver is registered under the name that was asked for."""

    code = "unknown_driver"


class MissingDependencyError(DriverConnectionError):
    """The database's client package is not installed; the message names the extra."""

    code = "missing_dependency"


class DriverUnavailableError(DriverConnectionError):
    """No driver process answers at the endpoint; nothing was applied."""

    code = "unavailable"


class HandshakeError(DriverConnectionError):
    """The peer did not prove that it holds the endpoint's key, or speaks another
    version of the protocol."""

    code = "handshake"


class EndpointInUseError(DriverConnectionError):
    """A live driver process already serves the endpoint."""

    code = "endpoint_in_use"


class DriverStartError(DriverConnectionError):
    """The driver process did not become ready, or failed too often; the message
    has the reason."""

    code = "start"


class OutcomeUnknownError(DriverConnectionError):
    """The connection was lost before the reply came: the write may have been
    applied or not.  Read back before you repeat it."""

    code = "outcome_unknown"


# --- the way of a request ---------------------------------------------------------


class ProtocolError(DriverError):
    """A message breaks the wire protocol, or is none of the interface's requests."""

    code = "protocol"


class MessageTooLargeError(ProtocolError):
    """A request or a result is over ``max_message_size``; the connection lives on."""

    code = "message_too_large"


class InvalidRequestError(ProtocolError):
    """A request has a field of a wrong type or an unknown field."""

    code = "invalid_request"


class RequestTimeoutError(DriverError, TimeoutError):
    """The request's time ran out, waiting or running; it was stopped and undone."""

    code = "timeout"


class RequestCancelledError(DriverError):
    """The request was cancelled by its caller; it was stopped and undone."""

    code = "cancelled"


class UnsupportedError(DriverError):
    """The driver does not offer what was asked for; the message names it."""

    code = "unsupported"


# --- transactions -----------------------------------------------------------------


class DriverTransactionError(DriverError):
    """A transaction is unknown, has ended, or cannot do what was asked."""

    code = "transaction"


class TransactionLostError(DriverTransactionError):
    """A transaction went with a connection that it needs; nothing of it was applied."""

    code = "transaction_lost"


# --- statements -------------------------------------------------------------------


class DriverQueryError(DriverError):
    """The database or the driver refused a statement."""

    code = "query"


class UnknownTableError(DriverQueryError):
    """There is no such table; the message names what is near."""

    code = "unknown_table"


class UnknownColumnError(DriverQueryError):
    """There is no such column; the message names what is near."""

    code = "unknown_column"


class InvalidValueError(DriverQueryError):
    """A value does not fit its column, or cannot be stored by every database."""

    code = "invalid_value"


class GuardError(DriverQueryError):
    """A guard stopped the write: an empty ``where``, or more than ``max_affected``."""

    code = "guard"


class ReadOnlyError(DriverQueryError):
    """A write was sent to a database or a transaction that is read-only."""

    code = "read_only"


class SchemaDefinitionError(DriverQueryError):
    """A schema definition has faults; the message names each with its path."""

    code = "schema_definition"


class SchemaSyncError(DriverQueryError):
    """The database cannot be made what a definition says; nothing was changed, and the
    message names every obstacle, with the number of rows that are in the way."""

    code = "schema_sync"


class SchemaVersionError(DriverQueryError):
    """The database's schema is newer than the definition; it was left as it is."""

    code = "schema_version"


class DriverIntegrityError(DriverQueryError):
    """A constraint was violated; the subclass says which kind."""

    code = "integrity"


class UniqueViolationError(DriverIntegrityError):
    """A primary key or unique constraint was violated."""

    code = "unique_violation"


class ForeignKeyViolationError(DriverIntegrityError):
    """A foreign key was violated."""

    code = "foreign_key_violation"


class ProjectGoneError(ForeignKeyViolationError):
    """The project of what was to be saved is not there, or not any more."""

    code = "project_gone"


class NotNullViolationError(DriverIntegrityError):
    """NULL was given where the column does not take it."""

    code = "not_null_violation"


class CheckViolationError(DriverIntegrityError):
    """A check constraint was violated."""

    code = "check_violation"


class RetryableError(DriverQueryError):
    """The database gave up for the sake of others; the whole may be tried again."""

    code = "retryable"


class DeadlockError(RetryableError):
    """The database chose this transaction to break a deadlock."""

    code = "deadlock"


class SerializationError(RetryableError):
    """The transaction's snapshot is out of date: others wrote in the meantime."""

    code = "serialization"


class LockTimeoutError(RetryableError):
    """A lock was not had in time: somebody else holds the database or the row."""

    code = "lock_timeout"


# --- storage ------------------------------------------------------------------------


class StorageError(DriverError):
    """The database's storage failed."""

    code = "storage"


class DiskFullError(StorageError):
    """There is no space left for the write; it was undone."""

    code = "disk_full"


class BackupError(StorageError):
    """A backup could not be made, or is none that can be restored."""

    code = "backup"


class CorruptDatabaseError(StorageError):
    """The file is not a database, or is damaged."""

    code = "corrupt"
