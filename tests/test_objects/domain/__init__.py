"""The objects of code analysis and what can be done with them, on every database."""
