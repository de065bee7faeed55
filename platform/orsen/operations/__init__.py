"""What an operator does to an installation: back up, restore, upgrade, renew the keys."""
