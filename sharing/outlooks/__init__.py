"""How partners see a site or a neighbourhood (regards croisés), beside what landlords publish."""
