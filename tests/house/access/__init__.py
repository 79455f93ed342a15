"""Who may open which address: the tables, the roles, and a world with everything that the addresses need."""
