"""People who registered on another site."""
