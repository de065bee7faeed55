"""What an intervention changed on its sites and around them, among the landlord's own sites."""
