"""How levels move from one campaign to the next, and the sites to keep an eye on."""
