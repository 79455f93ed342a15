"""The program of an event: its lines in order, the time of each, and the steps that change them."""
