"""What psycopg2 does not offer of libpq, or not as it is wanted, by way of ctypes.

A library's symbols include those of the libraries that it was linked with, and this one
is loaded already: what comes is the very libpq that psycopg2 uses.
"""

from __future__ import annotations

import ctypes

import psycopg2
from psycopg2.extensions import connection

LIBPQ = ctypes.CDLL(psycopg2._psycopg.__file__)
LIBPQ.PQgetCancel.argtypes = [ctypes.c_void_p]
LIBPQ.PQgetCancel.restype = ctypes.c_void_p
LIBPQ.PQcancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
LIBPQ.PQcancel.restype = ctypes.c_int
LIBPQ.PQfreeCancel.argtypes = [ctypes.c_void_p]
LIBPQ.PQfreeCancel.restype = None


def is_encrypted(made: connection) -> bool:
    """Tell whether what goes over a connection's socket is encrypted, by TLS or by
    GSSAPI (which libpq has from version 12 on)."""
    if made.info.ssl_in_use:
        return True
    by_gss = getattr(LIBPQ, "PQgssEncInUse", None)
    if by_gss is None:
        return False
    by_gss.argtypes = [ctypes.c_void_p]
    by_gss.restype = ctypes.c_int
    return bool(by_gss(made.pgconn_ptr))
