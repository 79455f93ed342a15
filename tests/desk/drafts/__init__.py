"""A slot at the desk, page by page."""
