"""One interface for tests over a driver alone and over a driver process.

``interface`` says what a test may call: the methods of the client's ``rpc``, which is
used as it is where a driver process is tested.  ``direct_database`` gives a driver that
runs in the test's own process the same methods; ``place`` has the databases.
"""
