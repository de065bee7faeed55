"""Background jobs whose truth is a row in PostgreSQL."""
