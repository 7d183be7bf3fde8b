"""The inside of a driver process: who is connected, what waits, what runs where.

One thread, the *loop thread*, owns the sockets, the request queue and all decisions
(``driver_server``, ``dispatcher``).  Where a request runs is up to the *lanes*
(``lanes``).

With a single writer (``single_writer_lanes``) the loop thread does short reads and
short writes itself; other writes and transactions that write run on the *write lane*,
long reads on the *read lane*.

With a pool of connections (``pool_lanes``) statements run on as many threads as there
are connections (``pool_crew``), short ones on the loop thread while it is quiet; where
one of those lasts, the loop moves on to another thread, which is the loop thread then.

The lanes' threads answer their callers themselves and tell the loop thread that they
are done.
"""
