"""Hot spots: what the spatial statistics find on one landlord's own stock."""
