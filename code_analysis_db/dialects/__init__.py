"""The SQL of the databases, as text; nothing here opens a connection."""
