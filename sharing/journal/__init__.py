"""The journal: who saw, searched, exported or printed what, under which convention, at which detail."""
