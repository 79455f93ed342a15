"""Who runs one event: the team with its roles, and who helps for this evening only."""
