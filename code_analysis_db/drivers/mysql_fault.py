"""What goes wrong on a connection to a MySQL server, before it is translated."""

from __future__ import annotations


class MySQLFault(Exception):
    """Root of the two."""


class ServerFault(MySQLFault):
    """The server answered with an error.

    Attributes:
        number: MySQL's error number.
        state: the SQLSTATE.
        text: the message, in the server's language.
    """

    def __init__(self, number: int, state: str, text: str) -> None:
        """Keep what the server said."""
        super().__init__(f"({number}) {text}")
        self.number = number
        self.state = state
        self.text = text


class ConnectionLost(MySQLFault):
    """The connection is gone, or what came over it makes no sense.

    Attributes:
        was_sent: whether the server may have had the whole of the statement.
    """

    def __init__(self, reason: str, *, was_sent: bool) -> None:
        """Say why."""
        super().__init__(reason)
        self.was_sent = was_sent
