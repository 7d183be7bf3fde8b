"""Tests of the project itself: its layers, its sizes, its documentation."""
