"""Vector tiles: the encoder, snapshots of points, tiles of territories and of the base layer."""
