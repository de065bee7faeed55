"""What an import changes, row by row: shown before it is applied, kept so that it can be undone."""
