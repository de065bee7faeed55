"""The user guide: one task per kind of reader, as a page and as a PDF, with pictures taken from the demonstration."""
