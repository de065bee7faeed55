"""The coordination’s side of the calibration: the situations, and how near landlords are to one another."""
