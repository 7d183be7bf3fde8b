"""Keeps secrets out of text that leaves the driver process: log lines, failures.

It knows the secrets by value, so that it finds them in a message of a database's
client library too; a password in a URL is masked wherever it comes from.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping

_SECRET_NAME = re.compile(r"pass|secret|token|credential|private_?key", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s/@]+(?=@)")
_MASK = "***"


class Redactor:
    """Replaces every known secret in a text."""

    def __init__(self, config: Mapping[str, Any], *secrets: str) -> None:
        """Collect the secrets: ``secrets`` and what ``config`` holds under the name
        of one."""
        values = {*_secret_values(config), *secrets} - {""}
        longest_first = sorted(values, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """Return ``text`` with its secrets masked."""
        return _URL_PASSWORD.sub(rf"\1{_MASK}", self._pattern.sub(_MASK, text))


def _secret_values(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the values of secret options, however deep they are."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from _secret_values(value)
        elif value is not None and _SECRET_NAME.search(str(name)):
            yield str(value)
