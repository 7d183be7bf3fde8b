"""Tests of code_analysis_db, and its benchmark (``python -m tests.performance``)."""
