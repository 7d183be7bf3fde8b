"""Tests of the client, against the real driver and against scripted ones."""
