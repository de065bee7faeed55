"""Which column of a file holds what: known layouts, else a mapping proposed and then chosen by the user."""
