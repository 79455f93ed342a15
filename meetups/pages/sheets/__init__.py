"""Texts and data of pages about an event, a slot, a shift, and a person's part in them."""
