"""Whether trouble moved to the surroundings of a place where something was done (« effets plumeaux »)."""
