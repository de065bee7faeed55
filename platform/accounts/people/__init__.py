"""The people of an organisation: invitations, roles, suspension."""
