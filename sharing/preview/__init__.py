"""« Voir comme »: a landlord's own sites exactly as a partner reads them, today or under an annex still to be signed."""
