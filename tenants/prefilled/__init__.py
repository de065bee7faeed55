"""The pre-filled file: a landlord's stock at the address, to be rated in a spreadsheet and taken back in."""
