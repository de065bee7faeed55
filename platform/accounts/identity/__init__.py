"""The reader's own account: proving who she is, beyond what allauth's pages do."""
