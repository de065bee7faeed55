"""The demonstration: two invented départements, drawn from a seed, and everything that the product shows on them."""
