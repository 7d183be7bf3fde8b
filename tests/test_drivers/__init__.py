"""Tests of the database drivers, without a driver process."""
