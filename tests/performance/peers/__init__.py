"""What the product is measured beside, one peer a file, each doing the same work."""
