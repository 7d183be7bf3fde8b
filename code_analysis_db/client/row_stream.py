"""Rows that are read a portion at a time.

The driver keeps a cursor open on one connection; memory holds a few portions however
many rows there are.  Outside a transaction a stream has a channel of its own and asks
for the next portions before it yields the one it has, so that the driver reads while
the caller works.  Inside a transaction the channel is the transaction's, which other
calls want too: there a portion is asked for when it is needed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import (
    Any,
    Callable,
    Generator,
    Iterator,
    Optional,
    Sequence,
    Type,
    TypeVar,
)

from ..exceptions import DriverError, DriverUnavailableError
from ..messages.data_result import DataResult
from ..messages.read_requests import (
    CloseCursorRequest,
    FetchRequest,
    OpenCursorRequest,
)
from ..rows import Row
from .channel import Channel, ReplyLostError
from .channel_pool import ChannelPool
from .portion_size import PortionSize
from .repeater import Repeater
from .transaction_channel import TransactionChannel

_DEPTH = 2

T = TypeVar("T")
_Self = TypeVar("_Self", bound="Stream[Any]")


def _whole(result: DataResult) -> DataResult:
    """Read a portion as it is."""
    return result


class Portions(ABC):
    """The portions of a cursor, one after the other."""

    @abstractmethod
    def next(self) -> Optional[DataResult]:
        """Return the next rows, None at the end."""

    @abstractmethod
    def close(self) -> None:
        """Read no more; twice is fine."""

    @abstractmethod
    def abandon(self) -> None:
        """Read no more, without a word to the driver: called from anywhere, by the
        garbage collector say."""


class OwnPortions(Portions):
    """Portions that come over a channel of their own, ahead of the reader.

    Two are asked for, so that the driver has the second to go on with while the first
    one travels; one where each has a time limit, which would run for the second while
    it waits for a reader who takes his time.
    """

    def __init__(
        self,
        repeater: Repeater,
        pool: ChannelPool,
        request: OpenCursorRequest,
        size: PortionSize,
        timeout: Optional[float],
    ) -> None:
        """Open the cursor."""
        self._channel: Optional[Channel] = None
        self._pool = pool
        self._timeout = timeout
        self._size = size
        self._depth = _DEPTH if timeout is None else 1
        self._asked = 0
        self._received = 0
        self._loss: Optional[DriverUnavailableError] = None

        def attempt(channel: Channel, left: Optional[float]) -> DataResult:
            """Open the cursor on this channel."""
            first = channel.call(request, _whole, left)
            self._channel = channel
            return first

        self._ready: Optional[DataResult] = repeater.hold(attempt, timeout)

    def next(self) -> Optional[DataResult]:
        """Return the next rows and have the driver read those after them."""
        channel = self._channel
        if channel is None:
            return None
        try:
            if self._loss is not None:
                raise self._loss
            portion = self._ready or self._received_on(channel)
            self._ready = None
            if portion.cursor is not None:
                self._ask(channel, portion)
            else:
                self._finish(channel)
        except (DriverUnavailableError, ReplyLostError) as error:
            self.close()
            raise DriverUnavailableError(
                f"the driver was lost after {self._received} rows of a stream: {error};"
                " read it anew"
            ) from None
        except BaseException:
            self.close()
            raise
        self._received += len(portion.rows)
        return portion

    def _received_on(self, channel: Channel) -> DataResult:
        """Return the next portion that comes."""
        self._asked -= 1
        return channel.receive(_whole, self._timeout)

    def _ask(self, channel: Channel, portion: DataResult) -> None:
        """Ask for the portions after one that is not the last.

        Its rows come first where the driver turns out to be lost.
        """
        self._size.learn(portion.rows)
        request = FetchRequest(portion.cursor, self._size.rows)
        try:
            while self._asked < self._depth:
                channel.send_behind(request, self._timeout)
                self._asked += 1
        except DriverUnavailableError as error:
            self._loss = error

    def _finish(self, channel: Channel) -> None:
        """Give the channel back once what was asked for in vain is refused.

        All rows are there: it takes nothing from them if the driver is lost now.
        """
        while self._asked:
            with suppress(DriverError, ReplyLostError):
                self._received_on(channel)
        self._channel = None
        self._pool.give(channel)

    def close(self) -> None:
        """End the connection where the cursor is open, which ends the cursor too.

        That is quicker than to wait for the portion that is on its way.
        """
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
            self._pool.give(channel)

    abandon = close

    def __del__(self) -> None:
        """Free the cursor of a stream that nobody has closed."""
        self.close()


class TransactionPortions(Portions):
    """Portions that come over the channel of a transaction."""

    def __init__(
        self,
        channel: TransactionChannel,
        request: OpenCursorRequest,
        size: PortionSize,
        timeout: Optional[float],
    ) -> None:
        """Open the cursor."""
        self._channel = channel
        self._timeout = timeout
        self._size = size
        self._ready: Optional[DataResult] = channel.call(request, _whole, timeout)
        self._cursor: Optional[str] = self._ready.cursor

    def next(self) -> Optional[DataResult]:
        """Return the next rows."""
        portion, self._ready = self._ready, None
        if portion is None:
            if self._cursor is None:
                return None
            request = FetchRequest(self._cursor, self._size.rows)
            portion = self._channel.call(request, _whole, self._timeout)
            self._cursor = portion.cursor
        self._size.learn(portion.rows)
        return portion

    def close(self) -> None:
        """Close the cursor; one that is gone already is no fault."""
        cursor, self._cursor = self._cursor, None
        self._ready = None
        if cursor is not None:
            with suppress(DriverError):
                self._channel.call(CloseCursorRequest(cursor), _whole, self._timeout)

    def abandon(self) -> None:
        """Leave the cursor to the end of the transaction."""
        self._cursor = self._ready = None


class Stream(Iterator[T]):
    """What is made of the rows of a select, read while it is iterated, once.

    Closing it before its end frees the driver's cursor; a ``with`` block or the end of
    a ``for`` loop that nobody else keeps the stream of does it too.
    """

    def __init__(
        self, portions: Portions, read: Callable[[DataResult], Sequence[T]]
    ) -> None:
        """Yield what ``read`` makes of each of the portions."""
        self._portions = portions
        self._items = _items_of(portions, read)

    def __iter__(self) -> Generator[T, None, None]:
        """Return what is left."""
        return self._items

    def __next__(self) -> T:
        """Return the next one."""
        return next(self._items)

    def __enter__(self: _Self) -> _Self:
        """Return the stream, which is closed at the end of the block."""
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Close the stream."""
        self.close()

    def close(self) -> None:
        """Read no more; twice is fine."""
        self._portions.close()
        self._items.close()


class RowStream(Stream[Row]):
    """The rows of a select as dicts, read while they are iterated, once."""

    def __init__(self, portions: Portions) -> None:
        """Yield the rows of ``portions``."""
        super().__init__(portions, DataResult.to_dicts)


def _items_of(
    portions: Portions, read: Callable[[DataResult], Sequence[T]]
) -> Generator[T, None, None]:
    """Yield what is made of all portions."""
    try:
        while (portion := portions.next()) is not None:
            yield from read(portion)
    finally:
        portions.abandon()
