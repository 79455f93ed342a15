"""The pen: all the code that writes seats."""
