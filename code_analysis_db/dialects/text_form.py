"""Which texts are values of another type, as one pattern a type for every database.

A text is a value where it is written as values are: numbers without leading zeros and
without a sign at zero, dates and times in ISO form (a blank may stand for the T; a
fraction has up to six digits; an instant may end in ``Z`` or ``+00:00``), UUIDs with
dashes.  The patterns mean the same to PCRE, ICU, PostgreSQL and Python, and hold
neither a backslash nor a percent sign, which SQL would have to escape.
"""

from __future__ import annotations

from ..enums import LogicalType
from ..schema import Column

_NOTHING_MORE = "(?!a|[^a])"
"""The end of the text; ``$`` stands before a line feed at the end, too."""

_LEAP_YEAR = (
    "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])"
    "|(?:1[26]|[2468][048]|[3579][26])00)"
)
_DATE = (
    "(?:[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    f"|{_LEAP_YEAR}-02-29)"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_TIME = f"{_CLOCK}(?:[.][0-9]{{1,6}})?"
_UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_MAXIMUM = str(2**63 - 1)
_MINIMUM = str(2**63)


def pattern(column: Column) -> str:
    """Return the pattern of the texts that are values of a column.

    Raises:
        KeyError: no pattern tells the values of the type.
    """
    if column.type is LogicalType.DECIMAL:
        return _whole(_decimal(column.precision or 0, column.scale or 0))
    if column.type is LogicalType.DATETIME:
        zone = "(?:Z|[+]00:00)?" if column.timezone else ""
        return _whole(f"{_DATE}[ T]{_TIME}{zone}")
    return _PATTERNS[column.type]


def _whole(form: str) -> str:
    """Return the pattern of a text that is nothing but the form."""
    return f"^(?:{form}){_NOTHING_MORE}"


def _decimal(precision: int, scale: int) -> str:
    """Return the form of a number that a DECIMAL holds exactly."""
    free = precision - scale
    whole = f"(?:0|[1-9][0-9]{{0,{free - 1}}})" if free else "0"
    fraction = f"[0-9]{{1,{scale}}}0*" if scale else "0+"
    return f"(?!-[0.]*$)-?{whole}(?:[.]{fraction})?"


def _integer() -> str:
    """Return the form of a number of 64 bits."""
    free = len(_MAXIMUM) - 2
    return f"0|-?[1-9][0-9]{{0,{free}}}|{_up_to(_MAXIMUM)}|-{_up_to(_MINIMUM)}"


def _up_to(limit: str) -> str:
    """Return the form of the numbers with as many digits as the limit, up to it."""
    forms = [limit]
    for place, digit in enumerate(limit):
        least = 0 if place else 1
        if int(digit) > least:
            rest = len(limit) - place - 1
            digits = f"[0-9]{{{rest}}}" if rest else ""
            forms.append(f"{limit[:place]}[{least}-{int(digit) - 1}]{digits}")
    return f"(?:{'|'.join(forms)})"


_PATTERNS = {
    LogicalType.INTEGER: _whole(_integer()),
    LogicalType.DATE: _whole(_DATE),
    LogicalType.TIME: _whole(_TIME),
    LogicalType.UUID: _whole(_UUID),
}

WHOLE_DECIMAL = _whole(f"(?:{_integer()})(?:[.]0+)?")
"""Of decimals that are integers of 64 bits."""
STORED_MOMENT = _whole(f"{_DATE} {_CLOCK}[.][0-9]{{6}}")
"""Of DATETIME values where they are stored as texts."""
STORED_DATE = _PATTERNS[LogicalType.DATE]
"""Of DATE values where they are stored as texts."""
