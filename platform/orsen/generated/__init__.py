"""A large invented stock on the territories that are there, for benchmarks and trials at scale."""
