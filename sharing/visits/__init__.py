"""When a reader last looked, to say what changed since."""
