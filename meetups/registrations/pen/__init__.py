"""The pen: everything that writes a seat."""
