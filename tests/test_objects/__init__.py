"""Tests of the object API: mapping, repositories, the saving of analyses."""
