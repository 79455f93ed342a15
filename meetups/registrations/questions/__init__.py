"""The questions of a slot, and the answers to them."""
