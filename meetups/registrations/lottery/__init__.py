"""The lottery: its randomness, its ranking, its weights."""
