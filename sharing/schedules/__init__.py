"""Reports that are made by themselves: every month, every quarter, after each campaign of a convention."""
