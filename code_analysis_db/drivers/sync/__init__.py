"""Making a database's schema what a definition says: plan, checks, steps, history."""
