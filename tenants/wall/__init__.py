"""The wall: what keeps each landlord's rows its own, inside PostgreSQL (docs/decisions/wall.md)."""
