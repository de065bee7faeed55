"""Where a landlord's people work: agencies, sites given by name, stand-ins for absences, a file of the staff."""
