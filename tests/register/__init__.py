"""The stock beside the national register."""
