"""Complete copies of a database, and putting them back."""
