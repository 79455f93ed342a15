"""What grows: the product after many years, filled by plain SQL, and what its pages then ask of the database."""
