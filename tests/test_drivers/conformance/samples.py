"""Values of every type: ordinary ones, and those at the limits of the type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Dict, List
from uuid import UUID

SAMPLES: Dict[str, List[Any]] = {
    "TEXT": ["", "naïve 🐍 'quoted' \"too\" `too` \\ %s ?", None],
    "INTEGER": [2**63 - 1, -(2**63), None],
    "REAL": [0.1, -1.7976931348623157e308, None],
    "BOOLEAN": [True, False, None],
    "DATETIME": [
        dt.datetime(2024, 2, 29, 23, 59, 59, 123456),
        dt.datetime(1000, 1, 1),
        None,
    ],
    "DATE": [dt.date(9999, 12, 31), dt.date(1000, 1, 1), None],
    "TIME": [dt.time(23, 59, 59, 999999), dt.time(0), None],
    "DECIMAL": [Decimal("1.5000000000"), Decimal("-12345678901234567890.1000000000")]
    + [None],
    "BLOB": [b"", b"\0\xff'\\%", None],
    "JSON": [{"a": [1, 2.5, None, True, "x"]}, [], None],
    "UUID": [UUID("12345678-1234-5678-1234-567812345678"), UUID(int=0), None],
}
"""Three values of each type, the last of them None."""

UTC = dt.timezone.utc

LIMITS: Dict[str, List[Any]] = {
    "TEXT": [
        "",
        " ",
        " both ends ",
        "trailing\t\n",
        "\x01\x1f\x7f",
        "é",
        "e\u0301",
        "\ud7ff\ue000\uffff",
        "\U00010000\U0010ffff",
        "👩\u200d👩\u200d👧",
        "'; DROP TABLE t; --",
        "%s %(a)s {} ? :a $1 @b \\ \\' \" `",
        "a" * 65_536,
        "é" * 70_000,
    ],
    "INTEGER": [0, -1, 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63)],
    "REAL": [
        0.0,
        1.0,
        -1.0,
        0.1,
        1 / 3,
        2.0**53,
        1e15 + 0.3,
        1e22,
        123456789.123456789,
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        -1.7976931348623157e308,
    ],
    "BOOLEAN": [True, False],
    "DATETIME": [
        dt.datetime(1000, 1, 1),
        dt.datetime(1582, 10, 10, 12),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
        dt.datetime(2024, 2, 29),
        dt.datetime(2024, 3, 31, 2, 30),
        dt.datetime(2038, 1, 19, 3, 14, 8, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
    ],
    "DATE": [
        dt.date(1000, 1, 1),
        dt.date(1582, 10, 10),
        dt.date(2024, 2, 29),
        dt.date(9999, 12, 31),
    ],
    "TIME": [
        dt.time(0),
        dt.time(0, 0, 0, 1),
        dt.time(12, 30),
        dt.time(23, 59, 59, 999999),
    ],
    "DECIMAL": [
        Decimal(0),
        Decimal("0.0000000001"),
        Decimal("-0.0000000001"),
        Decimal("9999999999999999999999999999.9999999999"),
        Decimal("-9999999999999999999999999999.9999999999"),
        Decimal("1E+27"),
        Decimal("1.10"),
    ],
    "BLOB": [b"", b"\0", b"\0\0\xff", bytes(range(256)), b"\\x41", b"'", b"x" * 70_000],
    "JSON": [
        {},
        [],
        "",
        "text",
        0,
        2**63 - 1,
        -(2**63),
        1.0,
        0.1,
        1e300,
        True,
        False,
        [None],
        {"a": None, "": {"b": [1, [2, [3.5]]]}},
        {"é🐍": "\U0010ffff", "quote\"'\\": "\n\t\x01"},
        [1, 1.0, "1", True],
    ],
    "UUID": [
        UUID(int=0),
        UUID(int=2**128 - 1),
        UUID("12345678-1234-5678-1234-567812345678"),
    ],
}
"""What a column of each type holds on every database, to its limits."""
