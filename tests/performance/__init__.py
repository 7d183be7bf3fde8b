"""The benchmark: what code_analysis_db reaches beside its peers on one machine.

``python -m tests.performance`` measures; ``test_performance.py`` checks only that a
short form of it runs.  Every figure is a ratio of two measurements of one run, taken
in turns, so that what disturbs the machine disturbs both.
"""
