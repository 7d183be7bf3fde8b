"""Faults of real PostgreSQL, MySQL and MariaDB servers, met by a real driver."""
