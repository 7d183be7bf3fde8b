"""The crash table: a driver goes away, or refuses, at every point of a request."""
