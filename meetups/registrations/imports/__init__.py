"""People who registered elsewhere."""
