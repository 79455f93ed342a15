"""What every page of the desk needs: access, frame, fields, names."""
