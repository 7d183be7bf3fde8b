"""The faces of the objects of code analysis, in an event loop."""
