"""Django's PostgreSQL engine with two things of our own: see `base`."""
