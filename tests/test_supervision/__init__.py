"""Tests of spawning, supervising and ending driver processes."""
