"""The inside of a driver process: who is connected, what waits, what runs where.

One thread, the *loop thread*, owns the sockets, the request queue and all decisions
(``driver_server``, ``dispatcher``).  It does short reads and short writes itself.
Other writes and transactions that write run on the *write lane*, long reads on the
*read lane*; both answer their callers themselves and tell the loop thread that they are
done.
"""
