"""A person's own pages and settings."""
