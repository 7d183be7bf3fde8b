"""The configuration of the SQLite driver."""

from __future__ import annotations

import os
from typing import Any, Mapping, Optional

import attrs

from ..exceptions import ConfigurationError
from .configuration import choice, flag, integer, number, read_configuration
from .limits import Limits

MEMORY = ":memory:"


def _is_path(instance: Any, field: Any, value: Any) -> None:
    """Refuse what cannot be the path of a file."""
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        raise ValueError(f"{field.name} must be the path of a file, not {value!r}")
    if "\0" in str(os.fspath(value)):
        raise ValueError(f"{field.name} must not hold a NUL character: {value!r}")


@attrs.frozen(slots=True)
class SQLiteConfig(Limits):
    """Where the database is and how SQLite is to treat it.

    Attributes:
        path: the file, made where it is missing; ``":memory:"`` is a private database
            that is gone after :meth:`~.sqlite.SQLiteDriver.disconnect`.
        synchronous: ``"full"`` (a commit is on disk when it returns), ``"normal"``
            (the last commits may be lost at a power failure), ``"off"``, ``"extra"``;
            PRAGMA synchronous.
        cache_size: pages of each connection's cache, or, negative, KiB; PRAGMA
            cache_size.
        busy_timeout: seconds to wait for a lock that somebody else holds.
        read_only: refuse every write; the file must exist.
        mmap_size: bytes of the file to map into memory; PRAGMA mmap_size.
        max_page_count: pages that the file may grow to, None for SQLite's limit;
            PRAGMA max_page_count.
    """

    path: str = attrs.field(validator=_is_path, converter=os.fspath, kw_only=True)
    synchronous: str = attrs.field(
        default="full", validator=choice("full", "normal", "off", "extra")
    )
    cache_size: int = attrs.field(
        default=-8192, validator=integer(-(2**31) + 1, 2**31 - 1)
    )
    busy_timeout: float = attrs.field(default=5.0, validator=number(0, 86_400))
    read_only: bool = attrs.field(default=False, validator=flag)
    mmap_size: int = attrs.field(default=0, validator=integer(0, 2**62))
    max_page_count: Optional[int] = attrs.field(
        default=None, validator=integer(1, 2**32 - 2, optional=True)
    )

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> SQLiteConfig:
        """Check the keys of ``config`` and return them as a value.

        Raises:
            ConfigurationError: the configuration has faults; all are named.
        """
        checked = read_configuration("sqlite", cls, config)
        if checked.in_memory and checked.read_only:
            raise ConfigurationError(
                "configuration of driver 'sqlite': read_only makes no sense with the"
                " path ':memory:', which starts empty"
            )
        return checked

    @property
    def in_memory(self) -> bool:
        """Whether the database is private and ends with the driver."""
        return self.path == MEMORY
