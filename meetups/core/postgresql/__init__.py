"""Django's PostgreSQL engine with two additions of our own: see `base`."""
