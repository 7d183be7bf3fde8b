"""Life and death of driver processes: spawning, watching, restarting, stopping.

Nothing here knows requests, tables or databases beyond the ping that proves a driver
alive.  The parent's side is :mod:`.supervised_driver` on a :mod:`.supervisor_thread`,
the child's side is :mod:`.child`.
"""
