"""A landlord's own sites as tiles: when they changed, and snapshots of what a member may see."""
