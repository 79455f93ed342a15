"""What volunteers see and send."""
