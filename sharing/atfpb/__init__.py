"""A landlord’s A-TFPB sheet: what it did for each QPV and site, by axis, and what it cost."""
