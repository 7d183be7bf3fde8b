"""Reads the address of a database server in the form of a URL.

``postgresql://user:password@host:5432/database?ssl_mode=require``; parts are
percent-encoded where they hold reserved characters, several hosts are separated by
commas, and the query holds further keys of the configuration.  Errors never show the
URL, which holds a password.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple
from urllib.parse import parse_qsl, unquote, urlsplit

_CONVERTERS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "Optional[int]": int,
    "Optional[float]": float,
}
_MALFORMED = (
    "url is malformed: it is scheme://user:password@host:port/database, with"
    " reserved characters such as @ : / # ? percent-encoded in its parts"
)
_HOSTS = re.compile(r"(?:(?:\[[^\]@]*\]|[^:,@\[\]]+)(?::\d{1,5})?(?:,|\Z))+")


def read_url(
    url: str, schemes: Sequence[str], types: Mapping[str, Any]
) -> Tuple[Dict[str, Any], List[str]]:
    """Return the configuration's keys that a URL holds, and what is wrong with it.

    Args:
        schemes: those that the driver takes.
        types: the type of each key that the query may hold, as it is annotated.
    """
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in schemes:
        known = " or ".join(f"'{name}://'" for name in schemes)
        return {}, [f"url must start with {known}"]
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}, [_MALFORMED]
    if parts.fragment or "@" in parts.query or set("/@") & set(parts.path[1:]):
        return {}, [_MALFORMED]
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, has_password, password = credentials.partition(":")
    found: Dict[str, Any] = {}
    if user:
        found["user"] = unquote(user)
    if has_password:
        found["password"] = unquote(password)
    if hosts:
        if not _HOSTS.fullmatch(hosts):
            return {}, [_MALFORMED]
        found["host"] = unquote(hosts)
    if parts.path.strip("/"):
        found["database"] = unquote(parts.path[1:])
    faults: List[str] = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key in found:
            faults.append(f"url gives {key!r} twice")
            continue
        convert = _CONVERTERS.get(str(types.get(key)), str)
        try:
            found[key] = convert(value)
        except ValueError:
            found[key] = value
    return found, faults
