"""The common parts of all desk pages: access, frame, fields, names."""
