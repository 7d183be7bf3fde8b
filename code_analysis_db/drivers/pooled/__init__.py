"""What the drivers of database servers share: a pool of sessions, transactions on
them, a catalogue of the tables.

Nothing here knows which server it is; a driver brings its own session and dialect.
"""
