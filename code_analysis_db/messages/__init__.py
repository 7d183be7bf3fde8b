"""Requests and results as values, and their bytes.

The façades ``code_analysis_db.request`` and ``code_analysis_db.result`` name the public
classes.  Nothing here knows a driver or a socket.
"""
