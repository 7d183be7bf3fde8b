"""What is read of tables: as they were stored, changed by others, made by others."""
