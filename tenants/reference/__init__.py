"""The national register of social dwellings (RPLS) as a common reference of addresses; it names no landlord."""
