"""What happens at the door: limits on guesses, and the record of what an administrator should know."""
