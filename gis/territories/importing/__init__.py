"""Reading files of territories: a limited child process, official columns, a report, an upsert."""
