"""Reading from a database what its tables look like, many at a time.

A database's own modules need its package and are imported by its own driver only.
"""
