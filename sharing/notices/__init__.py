"""Notices: what an organisation is told, on its pages and by mail, once."""
