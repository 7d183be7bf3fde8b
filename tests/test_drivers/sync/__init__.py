"""Synchronising the schema, on every database, directly and through a process."""
