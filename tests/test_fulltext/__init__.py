"""Tests of the words of contents and queries, without a database."""
