"""Receipts of the files that leave: what each copy holds, for whom, under which convention, until when."""
